"""A shop's colours: read, held against the grounds they lie on, and made legible by night. Pure.

Three are the shop's: `main` is what is pressed and followed, `accent` draws lines and marks, `ground` lies
under the head of a page. All other tones, and how light they are, stay ours. Colours are #rrggbb; ratios are
those of WCAG 2.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin

COLOUR = re.compile(r"#[0-9a-f]{6}")
TEXT, EDGE = 4.5, 3.0
Triple = tuple[float, float, float]


def _curve(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _uncurve(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _linear(colour: str) -> Triple:
    red, green, blue = (_curve(part / 255) for part in bytes.fromhex(colour[1:]))
    return red, green, blue


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Tone:
    """A colour as eyes see it (OKLCH): lightness 0 to 1, strength, hue in degrees."""

    light: float
    strength: float
    hue: float

    @classmethod
    def of(cls, colour: str) -> "Tone":
        red, green, blue = _linear(colour)
        long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
        middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
        short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
        light = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
        return cls(light, hypot(a, b), degrees(atan2(b, a)) % 360)

    @property
    def colour(self) -> str:
        """The nearest that a screen shows: as light, of the same hue, perhaps weaker."""
        strength = self.strength
        while strength > 0.001 and not all(-0.0005 <= part <= 1.0005 for part in self._rgb(strength)):
            strength -= 0.002
        parts = (round(255 * _uncurve(min(1, max(0, part)))) for part in self._rgb(max(strength, 0)))
        return "#" + "".join(f"{part:02x}" for part in parts)

    def _rgb(self, strength: float) -> Triple:
        a, b = strength * cos(radians(self.hue)), strength * sin(radians(self.hue))
        long = (self.light + 0.3963377774 * a + 0.2158037573 * b) ** 3
        middle = (self.light - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.light - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )

    def at(self, light: float) -> str:
        return Tone(light, self.strength, self.hue).colour


# The tones of app.css, in its words.
DAY = {"paper": Tone(0.972, 0.005, 85).colour, "sheet": Tone(0.996, 0.002, 85).colour}
WELL = Tone(0.948, 0.006, 85).colour
INK, LIGHT = Tone(0.26, 0.025, 218).colour, Tone(0.99, 0.005, 218).colour
DIM = Tone(0.285, 0.018, 218).colour  # the lightest ground by night
WASH = 0.07  # how much of a colour is in what is chosen


def _washed(colour: str, ground: str) -> str:
    """Near to what the browser mixes; mixed as light, it is a shade darker by day."""
    pairs = zip(_bytes(colour), _bytes(ground), strict=True)
    return "#" + "".join(f"{round(WASH * one + (1 - WASH) * other):02x}" for one, other in pairs)


def _bytes(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _of_main(colour: str) -> float:
    """Of its text on the darkest ground by day: links, quiet buttons, what is chosen."""
    return min(ratio(colour, WELL), ratio(colour, _washed(colour, DAY["sheet"])), ratio(colour, LIGHT))


def _of_accent(colour: str) -> float:
    return ratio(colour, WELL)


NEEDED: Mapping[str, tuple[Callable[[str], float], float]] = {
    "main": (_of_main, TEXT),
    "accent": (_of_accent, EDGE),
}


@dataclass(frozen=True)
class Faint:
    """A colour that is too light: how it reads, what is needed, and the nearest that has it."""

    ratio: float
    needed: float
    nearest: str


def faint(name: str, colour: str) -> Faint | None:
    """None where it is legible. Letters on a `ground` are dark or light, so that each ground passes."""
    if name not in NEEDED:
        return None
    measured, needed = NEEDED[name]
    found = measured(colour)
    if found >= needed:
        return None
    return Faint(found, needed, _darker(colour, lambda one: measured(one) >= needed))


def _darker(colour: str, right: Callable[[str], bool]) -> str:
    tone, light = Tone.of(colour), Tone.of(colour).light
    while light > 0 and not right(tone.at(light)):
        light -= 0.002
    return tone.at(max(light, 0))


def of_hue(hue: int) -> str:
    """The main colour of a shop that named a hue alone."""
    return Tone(0.43, 0.075, hue).colour


def letters(ground: str) -> str:
    """White, our ink, or where neither reads well on it, black."""
    return next(one for one in ("#ffffff", INK, "#000000") if ratio(one, ground) >= TEXT)


@dataclass(frozen=True)
class Palette:
    """What a page is drawn with by day or by night. `ground` and `on_ground` are empty by night where the
    ground has no colour of its own."""

    main: str
    on_main: str
    accent: str
    ground: str
    on_ground: str


def hue_of(main: str) -> int:
    """That of the greys beside it; of a colour without one, ours."""
    tone = Tone.of(main)
    return round(tone.hue) % 360 if tone.strength > 0.02 else 218


def by_day(main: str, accent: str, ground: str) -> Palette:
    return Palette(main, LIGHT, accent, ground, letters(ground))


def by_night(main: str, accent: str, ground: str) -> Palette:
    """The same hues, as light as the dark wants them."""
    pressed, deep = _lit(main, TEXT), Tone.of(ground)
    plain = deep.strength < 0.02
    low = Tone(min(deep.light, 0.3), deep.strength, deep.hue).colour
    return Palette(
        pressed,
        Tone(0.2, 0.03, hue_of(main)).colour,
        _lit(accent, EDGE),
        "" if plain else low,
        "" if plain else letters(low),
    )


def _lit(colour: str, needed: float) -> str:
    """As light as text by night, and lighter where its hue needs that."""
    tone, light = Tone.of(colour), 0.8
    weaker = Tone(light, tone.strength * 0.9, tone.hue)
    while light < 1 and _by_night(weaker.at(light)) < needed:
        light += 0.005
    return weaker.at(min(light, 1))


def _by_night(colour: str) -> float:
    return min(ratio(colour, DIM), ratio(colour, _washed(colour, DIM)))
