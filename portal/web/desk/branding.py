"""What shoppers see of the shop, on one page: written into a draft of the configuration."""

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from portal.i18n import Message, say
from portal.people import Permission
from portal.policies.branding import Branding, branding_of
from portal.tenants.dress import COLOURS, FIELDS, ROUNDEST, Dress, dress_of, faults
from portal.tenants.logos import logo_by
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.drafted import Bench
from portal.web.desk.forms import Number
from portal.web.desk.look import look_from
from portal.web.desk.settings import lines_of
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import once, see
from portal.web.rendering import page, partial, regions
from portal.web.staff import permitted

TYPED = {
    "maxlength": 7,
    "class": "code",
    "spellcheck": "false",
    "autocapitalize": "none",
    "autocomplete": "off",
    "dir": "ltr",
}
TYPED = {
    "maxlength": 7,
    "class": "code",
    "spellcheck": "false",
    "autocapitalize": "none",
    "autocomplete": "off",
    "dir": "ltr",
}
NEEDED = InputRequired(say("This is needed."))


class Colour(StringField):  # type: ignore[misc]
    """As #rrggbb, typed, or chosen in the field beside it: what was changed counts."""

    def __init__(self, label: Message, **kw: Any) -> None:
        super().__init__(label, render_kw=TYPED, **kw)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """What was typed is shown again as it was typed."""
        held, typed = str(getattr(self, "data", "") or ""), valuelist[0] if valuelist else ""
        chosen = request.form.get(f"{self.name}-picked", "")
        self.data = chosen if chosen and plain(typed) == held else typed


def plain(colour: Any) -> str:
    return (colour or "").strip().lower()


class BrandingForm(Form):
    """What it is about is what the draft says, else what holds."""

    name = StringField(say("Name"), [NEEDED], render_kw={"maxlength": 120})
    contact = EmailField(say("Shoppers write to"), [InputRequired(say("Shoppers need an address."))])
    return_address = TextAreaField(
        say("Return address"), [InputRequired(say("Parcels need an address to come back to."))]
    )
    main = Colour(say("Main colour"), id="colour-main")
    accent = Colour(say("Accent"), id="colour-accent")
    ground = Colour(say("Ground"), id="colour-ground")
    roundness = Number(
        say("Roundness"),
        [NumberRange(0, ROUNDEST, say("Choose from 0 to {most}.", most=ROUNDEST))],
        render_kw={"inputmode": "numeric", "maxlength": 3},
    )

    def __init__(self, bench: Bench) -> None:
        said = bench.said.branding
        self.said: Dress = said.dress if said else dress_of(bench.shop)
        held = {name: getattr(self.said, name) for name in FIELDS if name != "logo"}
        held["return_address"] = "\n".join(self.said.return_address)
        super().__init__(thing=bench.thing, action=bench.action("branding"), data=held)

    @property
    def wanted(self) -> Dress:
        """With the logo that is there."""
        texts = {name: (self[name].data or "").strip() for name in ("name", "contact")}
        return Dress(
            **texts,
            **{name: plain(self[name].data) for name in COLOURS},
            return_address=lines_of(self.return_address.data),
            logo=self.said.logo,
            roundness=self.roundness.data if self.roundness.data is not None else -1,
        )

    def validate(self, *args: Any, **kw: Any) -> bool:
        """Each fault at its field, also of colours that could not be read."""
        right = super().validate(*args, **kw)
        wrong = {name: why for name, why in faults(self.wanted).items() if not self[name].errors}
        for name, why in wrong.items():
            self[name].errors = [why]
        return right and not wrong

    def look(self) -> dict[str, Any]:
        typed = {name: plain(self[name].data) for name in COLOURS}
        return look_from({**typed, "roundness": self.roundness.data})


@desk.get("/branding")
@permitted(Permission.EDIT_SHOP, Permission.EDIT_POLICIES)
def branding() -> str:
    bench = Bench()
    return _page(bench, BrandingForm(bench))


def _page(bench: Bench, form: BrandingForm) -> str:
    look = form.look()
    return page(
        "desk/branding.html",
        form=form,
        draft=bench.unsaid("branding"),
        look=look,
        picked={name: look[name] for name in COLOURS},
        logo=logo_by(form.said.logo),
    )


@desk.post("/branding/look")
@permitted(Permission.EDIT_SHOP, Permission.EDIT_POLICIES)
def show_look() -> Any:
    """What was typed, drawn. Changes nothing."""
    bench = Bench()
    form = BrandingForm(bench)
    if partial():
        return regions(("desk/_look.html", form.look()))
    return _page(bench, form)


@desk.post("/branding")
@permitted(Permission.EDIT_SHOP, Permission.EDIT_POLICIES)
@redrawn(by=branding)
def keep_branding() -> Any:
    """Written into a draft: shoppers see it when that is in force."""
    bench = Bench(taking=True)
    form = BrandingForm(bench)
    if not form.sent():
        return _page(bench, form), 422
    answer = once(form, actor(), lambda: bench.put(branding=branding_of(form.wanted)))
    return see(answer, url_for("desk.branding"))


def branded(bench: Bench, **changes: Any) -> Branding:
    """What the draft says, or what holds, with these parts changed."""
    now = bench.said.branding or branding_of(dress_of(bench.shop))
    return now.model_copy(update=changes)
