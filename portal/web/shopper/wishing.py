"""The shopper of an unannounced parcel says by the mailed link what they would like."""

from typing import Any

from portal.i18n import say
from portal.returns import Return
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.headers import unreferred
from portal.web.operations import Answer, once, see
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.following import home, status, status_page
from portal.web.shopper.links import by_token
from portal.web.shopper.wording import TITLES
from portal.web.wishing import take, wish_form


@shopper.post("/s/<token>/wish")
@redrawn(by=status)
def keep_wish(token: str) -> Any:
    return_ = by_token(token, lock=True)
    form = wish_form(return_, TITLES)
    if not form.sent():
        return status_page(return_, token, wish=form), 422
    return unreferred(see(once(form, actor(), lambda: _keep(return_, form)), home(token)))


def _keep(return_: Return, form: Form) -> Answer:
    take(return_, form, actor())
    return Answer(message=say("Thank you. We go on with it as you said."))
