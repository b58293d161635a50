"""What a policy is written in: its amounts, days and codes, and the choices that there are."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from portal.i18n import say
from portal.i18n.characters import LINE_ENDS, UNFIT
from portal.i18n.plainly import CURRENCY, written
from portal.money import LARGEST


def _written_out(value: Any) -> Any:
    """Numbers would be taken for seconds since 1970."""
    if not isinstance(value, str | date):
        raise ValueError(say("write the day as 2026-12-31"))
    return value


def _near(day: date) -> date:
    if not 1970 <= day.year < 2200:
        raise ValueError(say("that is too far away"))
    return day


def _seen(text: str) -> str:
    if UNFIT.search(text):
        raise PydanticCustomError("unseen", "there is a character in it that cannot be seen")
    return text


def _on_one_line(text: str) -> str:
    if LINE_ENDS.search(text):
        raise PydanticCustomError("lines", "that is one line")
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "there is nothing in it")
    return text


def _with_plain_ends(text: Any) -> Any:
    """Browsers and some editors end lines in a way of their own."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


Points = Annotated[int, Field(ge=0, le=10_000)]
COUNTRY = written(r"^[A-Z]{2}$", say("a country is wanted by its two letters, like DE"))
CODE = written(
    r"^[a-z][a-z0-9_]{0,39}$", say("small letters, digits and _ are wanted, a letter first, at most 40")
)
Amounts = dict[Annotated[str, Field(pattern=CURRENCY)], Annotated[int, Field(ge=0, le=LARGEST)]]
Months = Annotated[int, Field(ge=1, le=240)]
Days = Annotated[int, Field(ge=0, le=3650)]
Code = Annotated[str, Field(pattern=CODE)]
Country = Annotated[str, Field(pattern=COUNTRY)]
Said = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_seen), AfterValidator(_said)]
Text = Annotated[Said, AfterValidator(_on_one_line)]
Lines = Annotated[Said, BeforeValidator(_with_plain_ends)]
Word = Annotated[str, AfterValidator(_seen), AfterValidator(_on_one_line)]
Day = Annotated[date, BeforeValidator(_written_out), AfterValidator(_near)]


class Resolution(StrEnum):
    """What a shopper may want for a return."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"
    EXCHANGE = "exchange"


class Sending(StrEnum):
    """How a shopper sends it back: with a label that they print, with a code that they show at the counter
    and nothing to print, or as they like and at their own cost."""

    LABEL = "label"
    QR = "qr"
    OWN = "own"


class Instead(StrEnum):
    """What a shopper wants who asked for another article that is sold out."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"
    WAIT = "wait"


class TenderOrder(StrEnum):
    """Which of the payments of an order money goes back to first."""

    STORED_VALUE_FIRST = "stored_value_first"
    CARD_FIRST = "card_first"
    PRO_RATA = "pro_rata"


class Grade(StrEnum):
    NEW = "A"
    OPENED = "B"
    USED = "C"
    DAMAGED = "D"
    UNSELLABLE = "E"


class Disposition(StrEnum):
    """Where a unit goes after its inspection."""

    RESTOCK = "restock"
    OPEN_BOX = "restock_open_box"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    RETURN_TO_VENDOR = "return_to_vendor"
    DONATE = "donate"
    RECYCLE = "recycle"
    DESTROY = "destroy"
    SEND_BACK = "send_back"


class PhotoWish(StrEnum):
    """Whether photos of an article are asked for with a reason."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
