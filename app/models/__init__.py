"""The tables, by noun. ORM classes end in ``Row`` and never leave :mod:`app.store`."""

from app.db import Base
from app.models.asks import AskChangeRow, AskRow
from app.models.deliveries import DeliveryRow, NoticeRow
from app.models.editions import CandidateRow, EditionRow, EditRow, LedgerLineRow, ReaderRow, TakenBackRow
from app.models.late_notes import LateNoteRow, NoteDeliveryRow
from app.models.people import ApiKeyRow, LeaderRow, PersonRow, SessionRow, SignInLinkRow, StatementRow
from app.models.search import (
    DocumentTopicRow,
    PassageRow,
    SearchedDocumentRow,
    SearchedEditionRow,
    ShowingRow,
    TopicReadRow,
)
from app.models.setting_changes import SettingChangeRow
from app.models.sources import AttemptRow, DocumentRow, FeaturesRow, SourceRow, TraceRow, VersionRow
from app.models.stories import CorrectionRow, StoryActRow, StoryRow, TopicRow

__all__ = [
    "ApiKeyRow",
    "AskChangeRow",
    "AskRow",
    "AttemptRow",
    "Base",
    "CandidateRow",
    "CorrectionRow",
    "DeliveryRow",
    "DocumentRow",
    "DocumentTopicRow",
    "EditRow",
    "EditionRow",
    "FeaturesRow",
    "LateNoteRow",
    "LeaderRow",
    "LedgerLineRow",
    "NoteDeliveryRow",
    "NoticeRow",
    "PassageRow",
    "PersonRow",
    "ReaderRow",
    "SearchedDocumentRow",
    "SearchedEditionRow",
    "SessionRow",
    "SettingChangeRow",
    "ShowingRow",
    "SignInLinkRow",
    "SourceRow",
    "StatementRow",
    "StoryActRow",
    "StoryRow",
    "TakenBackRow",
    "TopicReadRow",
    "TopicRow",
    "TraceRow",
    "VersionRow",
]
