"""The desk's blueprint; the modules beside this one hang their pages on it."""

from flask import Blueprint

desk = Blueprint("desk", __name__, url_prefix="/desk")
