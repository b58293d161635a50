"""Photos that the demo's shoppers and its dock took: a thing on a table, with what is wrong with it."""

import random
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from portal.audit import Actor
from portal.policies.kinds import PhotoWish
from portal.returns.models import Return, ReturnLine
from portal.returns.photos import Taker
from portal.returns.photos.asking import wish_for
from portal.returns.photos.keeping import add
from portal.returns.photos.pictures import Shot, shot

SORTS = 6
SIZE = (900, 680)
TABLES = ((188, 160, 128), (206, 204, 198), (112, 98, 88))
THINGS = ((64, 92, 120), (150, 62, 58), (88, 116, 80), (212, 190, 140))


def show(draft: Return, by: Actor) -> None:
    """The shopper shows what is wrong, where the reason asks for it."""
    for line in draft.lines:
        if wish_for(draft, line) is not PhotoWish.NONE:
            n = sum(map(ord, draft.order.number_key)) + line.order_line.position
            take(draft, line, Taker.SHOPPER, by, n)


def take(return_: Return, line: ReturnLine, taker: Taker, by: Actor, n: int) -> None:
    """One photo or two of the line's article; which ones follows from the number."""
    add(return_, line, [drawn((n + i) % SORTS) for i in range(1 + n % 2)], taker, by)


@lru_cache
def drawn(sort: int) -> Shot:
    """A picture of this sort, always the same."""
    chance = random.Random(sort)  # noqa: S311 - a picture, no secret
    picture = Image.new("RGB", SIZE, TABLES[sort % len(TABLES)])
    draw = ImageDraw.Draw(picture)
    for y in range(0, SIZE[1], 34):
        draw.line((0, y, SIZE[0], y + chance.randint(-6, 6)), fill=(90, 80, 70), width=1)
    colour = THINGS[sort % len(THINGS)]
    draw.rounded_rectangle((210, 140, 690, 560), 60, fill=colour, outline=(30, 30, 34), width=4)
    draw.rounded_rectangle((250, 180, 430, 230), 22, fill=tuple(min(255, c + 46) for c in colour))
    crack = [(330 + 38 * i, 300 + chance.randint(-60, 60)) for i in range(8)]
    draw.line(crack, fill=(16, 16, 18), width=9, joint="curve")
    draw.ellipse((crack[4][0] - 130, 190, crack[4][0] + 130, 450), outline=(214, 40, 40), width=8)
    out = BytesIO()
    picture.save(out, "PNG")
    return shot(out.getvalue())
