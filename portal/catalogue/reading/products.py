"""The JSON values of a file of products: what it is called in an object, and what anything else is told."""

import json
from collections.abc import Iterator
from typing import TextIO

from portal.i18n import say
from portal.orders.reading.values import AS_NUMBERS, Value, values


def products(text: TextIO, decoder: json.JSONDecoder = AS_NUMBERS) -> Iterator[Value]:
    return values(text, decoder, named="products", else_=say("this is no product"))
