"""Numbers of entries in a Word document: one numbering through all sections (ECMA-376, part 1, 17.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


class Numbers:
    """One numbering for all entries, in whatever style they are; a number that is not the next one begins anew."""

    def __init__(self, document: Any) -> None:  # noqa: ANN401 python-docx has no types
        self._part = document.part.numbering_part.element
        self._abstract = str(1 + max((int(each.get(qn("w:abstractNumId"))) for each in self._abstracts()), default=0))
        self._last = 0
        self._number = ""
        definition = element("w:abstractNum", {"w:abstractNumId": self._abstract})
        definition.append(element("w:multiLevelType", {"w:val": "singleLevel"}))
        level = element("w:lvl", {"w:ilvl": "0"})
        for tag, value in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:lvlText", "%1"), ("w:lvlJc", "left")):
            level.append(element(tag, {"w:val": value}))
        properties = OxmlElement("w:pPr")
        properties.append(element("w:ind", {"w:left": "454", "w:hanging": "454"}))
        level.append(properties)
        definition.append(level)
        self._abstracts()[-1].addnext(definition)  # definitions stand before the numberings that use them

    def _abstracts(self) -> list[Any]:
        return list(self._part.findall(qn("w:abstractNum")))

    def give(self, paragraph: Any, number: int) -> None:  # noqa: ANN401 python-docx has no types
        """Give a paragraph its number."""
        if not self._number or number != self._last + 1:
            self._number = self._begin(number)
        self._last = number
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = int(self._number)

    def _begin(self, number: int) -> str:
        identifier = str(1 + max(int(each.get(qn("w:numId"))) for each in self._part.findall(qn("w:num"))))
        numbering = element("w:num", {"w:numId": identifier})
        numbering.append(element("w:abstractNumId", {"w:val": self._abstract}))
        override = element("w:lvlOverride", {"w:ilvl": "0"})
        override.append(element("w:startOverride", {"w:val": str(number)}))
        numbering.append(override)
        self._part.append(numbering)
        return identifier


def element(tag: str, attributes: Mapping[str, str]) -> Any:  # noqa: ANN401 python-docx has no types
    """An element of the document with its attributes."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made
