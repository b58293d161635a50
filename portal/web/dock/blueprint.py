"""The dock's blueprint; the modules beside this one hang their pages on it."""

from typing import Any

from flask import Blueprint

from portal.people import Permission
from portal.web.dock.wording import DISPOSITIONS, GRADE_TONES, GRADES, OUTCOMES
from portal.web.staff import me

dock = Blueprint("dock", __name__, url_prefix="/dock")


@dock.context_processor
def _words() -> dict[str, Any]:
    person = me()
    return {
        "dispositions": DISPOSITIONS,
        "outcomes": OUTCOMES,
        "words": GRADES,
        "tones": GRADE_TONES,
        "may_desk": person is not None and person.may(Permission.READ_RETURNS),
        "may_send": person is not None and person.may(Permission.SEND_EXCHANGES),
        "may_address": person is not None and person.may(Permission.READ_ADDRESSES),
        "may_correct": person is not None and person.may(Permission.CORRECT_INSPECTIONS),
    }
