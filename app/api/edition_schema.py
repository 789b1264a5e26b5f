"""The JSON Schema of a served briefing: ``python -m app.api.edition_schema > docs/edition.schema.json``."""

from __future__ import annotations

import json
import sys

from pydantic import TypeAdapter

from app.delivery.context import Briefing

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def edition_schema() -> str:
    """The schema of what the API serves as a briefing, as JSON text (JSON Schema 2020-12)."""
    schema = TypeAdapter(Briefing).json_schema(mode="serialization", by_alias=True)
    return json.dumps({"$schema": DIALECT, **schema}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(edition_schema())
