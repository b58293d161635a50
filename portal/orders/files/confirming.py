"""What a person says to a file that was looked through."""

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.jobs import enqueue
from portal.orders.files.keeping import forget_bytes
from portal.orders.files.models import OrderFile
from portal.tenants import locked_shop


def confirm(file: OrderFile, by: Actor) -> None:
    """Have it imported. Lock the file. Raises Conflict if it does not wait for that."""
    before = file.state
    file.step("confirm")
    file.taken, file.read, file.waiting, file.imported = 0, 0, [], {}
    file.confirmed_by = by.id
    change = Change("order_file", file.id, before, file.state)
    (cause,) = record(locked_shop(), Event.ORDER_FILE_CONFIRMED, by, [change])
    enqueue("orders.import", {"file": file.id}, f"orders.import/{file.id}", cause=cause)


def discard(file: OrderFile, by: Actor) -> None:
    """Throw it away: nothing of it was imported. Lock the file. Raises Conflict if it does not wait."""
    before = file.state
    file.step("discard")
    file.ended_at = clock.now()
    forget_bytes(file)
    record(locked_shop(), Event.ORDER_FILE_DISCARDED, by, [Change("order_file", file.id, before, file.state)])
