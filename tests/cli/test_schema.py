"""`protocolkit schema`: the schema that comes with the package."""

from __future__ import annotations

import json

import pytest

from protocolkit.bundled import bundled
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("words", "file"),
    [
        ((), "protocol-1"),
        (("scenarios",), "scenarios"),
        (("migration",), "migration"),
        (("findings",), "findings"),
        (("results",), "scenarios-results"),
        (("answers",), "answers"),
        (("verify",), "verify"),
        (("doctor",), "doctor"),
    ],
)
def test_the_schema_is_the_published_one(pk: Command, words: tuple[str, ...], file: str) -> None:
    """It is printed as JSON, the same as in the file that is bundled; only ASCII."""
    ran = pk("schema", *words)
    published = bundled("schemas", f"{file}.schema.json").read_text(encoding="utf-8")
    assert (0, json.loads(published)) == (ran.code, json.loads(ran.out))
    assert ran.out.isascii()
