"""What a person says to a file that was looked through."""

from portal import clock
from portal.audit import Actor, Change, record
from portal.jobs import enqueue
from portal.orders.files.keeping import forget_bytes
from portal.orders.files.models import ImportFile
from portal.tenants import locked_shop


def confirm(file: ImportFile, by: Actor) -> None:
    """Have it imported. Lock the file. Raises Conflict if it does not wait for that."""
    before = file.state
    file.step("confirm")
    file.taken, file.read, file.waiting, file.imported = 0, 0, [], {}
    file.confirmed_by = by.id
    change = Change("import_file", file.id, before, file.state)
    (cause,) = record(locked_shop(), file.content.confirmed, by, [change])
    enqueue("file.import", {"file": file.id}, f"file.import/{file.id}", cause=cause)


def discard(file: ImportFile, by: Actor) -> None:
    """Throw it away: nothing of it was imported. Lock the file. Raises Conflict if it does not wait."""
    before = file.state
    file.step("discard")
    file.ended_at = clock.now()
    forget_bytes(file)
    change = Change("import_file", file.id, before, file.state)
    record(locked_shop(), file.content.discarded, by, [change])
