"""The shopper's blueprint; the modules beside this one hang their pages on it."""

from flask import Blueprint

shopper = Blueprint("shopper", __name__)
