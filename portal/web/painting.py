"""A shop's colours as a stylesheet: by day and by night, and nothing on paper, which has tones of its own."""

from portal.tenants.colours import Palette, by_day, by_night, hue_of


def painted(main: str, accent: str, ground: str, roundness: int) -> str:
    """What app.css leaves to a brand. A ground without a colour is by night that of a sheet."""
    colours = (main, accent, ground)
    day, night = _tones(by_day(*colours)), _tones(by_night(*colours))
    return (
        f":root{{--hue:{hue_of(main)};--round:{roundness / 100:g}}}\n"
        f"@media screen{{:root{{{day}}}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{night}}}}}\n"
    )


def _tones(palette: Palette) -> str:
    ground = palette.ground or "var(--sheet)"
    return (
        f"--brand:{palette.main};--on-brand:{palette.on_main};--accent:{palette.accent};"
        f"--ground:{ground};--on-ground:{palette.on_ground or 'var(--ink)'}"
    )
