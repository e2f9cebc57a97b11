"""`protocolkit schema`: the schema that comes with the package."""

from __future__ import annotations

import json

from protocolkit.bundled import bundled
from tests.cli.conftest import Command


def test_the_schema_is_the_published_one(pk: Command) -> None:
    """It is printed as JSON, the same as in the file that is bundled; only ASCII."""
    ran = pk("schema")
    published = bundled("schemas", "protocol-1.schema.json").read_text(encoding="utf-8")
    assert (0, json.loads(published)) == (ran.code, json.loads(ran.out))
    assert ran.out.isascii()
