"""That somebody is told how a shop stands on a day."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from portal.db import Base, Tenanted, inside


class DailyMail(Tenanted, Base):
    """One for each owner and day, as the shop counts days. What it says is read when it is written."""

    __tablename__ = "daily_mail"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "day", "user_id"),)
    day: Mapped[date]
    user_id: Mapped[uuid.UUID] = inside("staff_user", indexed=True)
