"""Whoever reads: a person or an API key, with a role and a clearance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from digest.reading import Privy
from digest.types import Mark


class Role(StrEnum):
    """What a person may do; each role may also do what the later ones may."""

    ADMINISTRATOR = "administrator"
    APPROVER = "approver"
    EDITOR = "editor"
    LEADER = "leader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whoever reads. Every reading function of the store takes one and applies its clearance."""

    id: str
    name: str
    role: Role
    clearance: Mark
    leader_id: str | None = None
    """The leader this person is; None for staff and keys."""
    language: str = "en"

    def may(self, role: Role) -> bool:
        """Whether the viewer may do what a role may."""
        order = list(Role)
        return order.index(self.role) <= order.index(role)

    @property
    def privy(self) -> Privy:
        """Whose statements the viewer may know of."""
        return Privy(leader_id=self.leader_id, cleared=self.clearance if self.may(Role.EDITOR) else None)


def system() -> Viewer:
    """The program itself, when a job works for the office: it reads everything."""
    return Viewer(id="system", name="Staffwork", role=Role.ADMINISTRATOR, clearance=max(Mark))
