"""Writes the departmental reports of the example as Word and PDF files from their text in ``reports/text``.

A text is Markdown and called ``<report>.docx.md`` or ``<report>.pdf.md``; reports that are Markdown themselves lie
among the results. Run it after a change of the text, and commit what it writes: ``python -m app.example.make_reports``.
The PDF files need Chromium and a font with Chinese characters (Debian: ``chromium``, ``fonts-noto-cjk``).
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document
from docx.document import Document as DocumentObject
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from app.example.office import HERE

CHROMIUM = "/usr/bin/chromium"
PRINT_TIMEOUT_S = 60
LIST_STYLES = {"bullet_list": "List Bullet", "ordered_list": "List Number"}
STYLE = """
@page { size: A4; margin: 24mm 22mm }
body { font: 10.5pt/1.5 "Noto Sans", "Noto Sans CJK SC", sans-serif }
h1 { font-size: 17pt; line-height: 1.25 } h2 { font-size: 12pt }
table { border-collapse: collapse; width: 100% } th, td { border-bottom: 0.5pt solid; padding: 1.5mm; text-align: left }
"""


def main() -> None:
    """Write every report anew."""
    reports = HERE / "reports"
    for text in sorted((reports / "text").glob("week*/*.md")):
        target = reports / text.parent.name / text.stem
        WRITERS[target.suffix](text.read_text(encoding="utf-8"), target)


def write_docx(markdown: str, target: Path) -> None:
    """Write a report as a Word document with real headings, lists and tables."""
    document = Document()
    tree = SyntaxTreeNode(_markdown().parse(markdown))
    document.core_properties.title = _plain(tree.children[0])
    document.core_properties.author = ""
    for node in tree.children:
        _add_block(document, node)
    document.save(str(target))


def write_pdf(markdown: str, target: Path) -> None:
    """Print a report with Chromium, which embeds its fonts so that the text can be extracted."""
    title = _plain(SyntaxTreeNode(_markdown().parse(markdown)).children[0])
    page = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>{_markdown().render(markdown)}'
    with TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(page, encoding="utf-8")
        command = [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
        ]
        subprocess.run(  # noqa: S603 - a fixed program with paths of our own
            [*command, f"--print-to-pdf={target}", source.as_uri()],
            check=True,
            capture_output=True,
            timeout=PRINT_TIMEOUT_S,
        )


WRITERS: Mapping[str, Callable[[str, Path], None]] = {".docx": write_docx, ".pdf": write_pdf}


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _add_block(document: DocumentObject, node: SyntaxTreeNode) -> None:
    if node.type == "heading":
        document.add_heading(_plain(node), level=int(node.tag[1]))
    elif node.type == "table":
        _add_table(document, node)
    elif node.type in LIST_STYLES:
        for item in node.children:
            document.add_paragraph(_plain(item), style=LIST_STYLES[node.type])
    else:
        document.add_paragraph(_plain(node))


def _add_table(document: DocumentObject, node: SyntaxTreeNode) -> None:
    rows = [[_plain(cell) for cell in row.children] for part in node.children for row in part.children]
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Light Grid Accent 1")
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text


def _plain(node: SyntaxTreeNode) -> str:
    """The text of a block; a line break of the source is a line break of the report."""
    if node.type == "text":
        return node.content
    if node.type == "softbreak":
        return "\n"
    return "".join(_plain(child) for child in node.children)


if __name__ == "__main__":
    main()
