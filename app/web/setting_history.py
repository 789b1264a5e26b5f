"""What was changed in the settings, by whom and when, as a page tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.i18n import Translations
from app.store.setting_changes import SettingChange, SettingChangeKind
from app.web.fields import Difference, Field
from app.web.wording import SETTING_CHANGES


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One change in words."""

    title: str
    changed: bool
    """There was something before; else only what is new is told."""
    changes: tuple[Difference, ...]


def told(changes: Iterable[SettingChange], fields: Iterable[Field], t: Translations) -> tuple[HistoryLine, ...]:
    """The changes in words; a field that the form has no more stands under its code."""
    known = {each.name: each for each in fields}
    return tuple(
        HistoryLine(
            title=t.gettext(SETTING_CHANGES[each.kind], author=each.author, moment=t.moment(each.made_at)),
            changed=each.kind is SettingChangeKind.CHANGED,
            changes=tuple(_difference(name, each, known) for name in each.after),
        )
        for each in changes
    )


def _difference(name: str, change: SettingChange, known: dict[str, Field]) -> Difference:
    field = known.get(name) or Field(name=name, label=name)
    before, after = change.before.get(name, ""), change.after.get(name, "")
    return Difference(label=field.label, theirs=field.shown(before), mine=field.shown(after))
