"""What a command raises when it does not happen. The transaction unwinds with it."""

from portal.i18n import Message


class NotFound(Exception):
    """No such thing in this shop. Also the answer about another shop's things."""


class Refusal(Exception):
    """The command is not legal as asked. `field` names the input it is about, or is empty."""

    def __init__(self, message: Message, field: str = "") -> None:
        super().__init__(message.id)
        self.message, self.field = message, field


class Conflict(Refusal):
    """Somebody else was first: the thing is no longer what the page showed."""


class Forbidden(Exception):
    """This person may not do that."""
