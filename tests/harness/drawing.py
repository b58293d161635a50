"""Pictures to put in."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw


def doubled(width: int = 960, height: int = 240, **more: Any) -> bytes:
    """A JPEG with a smaller picture behind it, as phones write for a wide range of light."""
    first, out = Image.open(BytesIO(logo(width, height, "JPEG"))), BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[first.resize((width // 4, height // 4))], **more)
    return out.getvalue()


def logo(width: int = 960, height: int = 240, kind: str = "PNG", **more: Any) -> bytes:
    """A dark bar with a disc on a transparent ground, as a file of this kind."""
    mode = "RGBA" if kind != "JPEG" else "RGB"
    picture = Image.new(mode, (width, height), (0, 0, 0, 0) if mode == "RGBA" else (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((0, 0, height - 1, height - 1), fill=(178, 34, 52))
    draw.rectangle((width // 3, height // 3, width - 1, 2 * height // 3), fill=(20, 32, 60))
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()
