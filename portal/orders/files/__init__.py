"""Files that people put in at the desk: kept, looked through, confirmed, imported by the worker."""

from portal.orders.files import orders as orders
from portal.orders.files import working as working
from portal.orders.files.content import Holds
from portal.orders.files.models import FileState, ImportFile, Phase, Remark

__all__ = ["FileState", "Holds", "ImportFile", "Phase", "Remark"]
