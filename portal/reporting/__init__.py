"""What the owner of a shop is told every morning: what is late, what is owed, and the seal of the trail."""

from portal.reporting import letters as letters
from portal.reporting import mornings as mornings
from portal.reporting.models import DailyMail

__all__ = ["DailyMail"]
