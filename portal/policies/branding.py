"""What a shop shows of itself: a document of the configuration."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from portal.i18n import Message, say
from portal.i18n.plainly import written
from portal.policies.kinds import Part
from portal.tenants.dress import LONGEST_LINE, LONGEST_NAME, MOST_LINES, ROUNDEST, Dress, faults

Colour = Annotated[str, Field(pattern=written(r"^#[0-9a-f]{6}$", say("a colour is wanted, like #1f6feb")))]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]


class Branding(Part):
    """`contact`: where shoppers write to. `return_address`: in lines, without the country. `logo`: the digest
    of one that was put in. `main`: what is pressed and followed. `accent`: lines and marks. `ground`: under
    the head of pages and mails. `roundness`: of corners, in per cent of ours."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    contact: Annotated[str, Field(max_length=254)]
    return_address: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MOST_LINES)]
    logo: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    main: Colour
    accent: Colour
    ground: Colour = "#ffffff"
    roundness: Annotated[int, Field(ge=0, le=ROUNDEST)] = 100

    @property
    def dress(self) -> Dress:
        return Dress(**dict(self))

    def faults(self) -> Iterator[tuple[str, Message]]:
        """What the fields by themselves do not tell: colours that are too light, an address that is none."""
        yield from faults(self.dress).items()


def branding_of(dress: Dress) -> Branding:
    """Raises ValidationError."""
    return Branding(**{name: getattr(dress, name) for name in Branding.model_fields})
