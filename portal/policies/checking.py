"""What a whole configuration may say and hardly means. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from portal.i18n import LANGUAGES, Message, say
from portal.notices.naming import MAILS
from portal.policies.concerns import Concern, concerns
from portal.policies.configuration import Configuration
from portal.policies.mails_differing import language
from portal.policies.notices import Notices


def odd(wanted: Configuration) -> list[Concern]:
    """Of all its documents, each with its place in the whole."""
    policy = (replace(one, place=f"policy.{one.place}") for one in concerns(wanted.policy))
    return [*policy, *half_said(wanted.notices)]


def half_said(notices: Notices) -> Iterator[Concern]:
    """Own words in some languages and not in others: told once for a language in which there are none."""
    used = {code for said in notices.texts.values() for code in said}
    lacking = [code for code in LANGUAGES if used and code not in used]
    for code in lacking:
        text = say("No mail has words of your own in {language}.", language=language(code))
        yield Concern("notices.texts", text, _mend())
    for event, said in notices.texts.items():
        for code in (code for code in LANGUAGES if code in used and code not in said):
            text = say("The mail “{mail}” has no words of your own in {language}.", mail=MAILS[event],
                       language=language(code))  # fmt: skip
            yield Concern(f"notices.texts.{event}", text, _mend())


def _mend() -> Message:
    return say("Write them, or leave ours.")
