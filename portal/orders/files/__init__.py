"""Files of orders that people put in at the desk: kept, looked through, confirmed, imported by the worker."""

from portal.orders.files import working as working
from portal.orders.files.models import FileState, OrderFile, Phase, Remark

__all__ = ["FileState", "OrderFile", "Phase", "Remark"]
