"""Table of what people change in the settings of the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SettingChangeRow(Base):
    """One change of a person, a leader or the timetable, or one test of the mail: who, when, and what it was before."""

    __tablename__ = "setting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    """``person/ada``, ``leader/mayor``, ``timetable``, ``mail``."""
    kind: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    before: Mapped[str] = mapped_column(Text)
    """JSON: field -> what it held before."""
    after: Mapped[str] = mapped_column(Text)
    """JSON: the same fields -> what they hold since."""
