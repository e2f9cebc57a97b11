"""The JSON Schema of a config, for editors; it takes what the reader takes, and nothing else.

Made from the same keys and checks. Imports the reader of configs and the settings.
"""

from __future__ import annotations

from collections.abc import Collection

from protocolkit.checks.catalogue import PROFILES
from protocolkit.checks.config import ALWAYS, KEYS
from protocolkit.checks.settings import JUDGED, NUMBERS, named
from protocolkit.ground.findings import SEVERITIES
from protocolkit.ground.schemas import DRAFT, Shape, listed, number


def schema() -> Shape:
    """The schema of `protocolkit.toml`."""
    words = {page.name for page in JUDGED} | {
        page.code[:length] for page in JUDGED for length in range(2, 6)
    }
    leaves_out = {word for word in words if all(page.code != ALWAYS for page in named(word))}
    numbers = {word for word in words if any(page.code in NUMBERS for page in named(word))}
    wishes: dict[str, Shape] = {
        "profile": {"description": KEYS["profile"], "enum": list(PROFILES)},
        "select": listed(KEYS["select"], _one_of(words)),
        "ignore": listed(KEYS["ignore"], _one_of(leaves_out)),
        "severity": _by_check(KEYS["severity"], words, {"enum": list(SEVERITIES)}),
        "thresholds": _by_check(KEYS["thresholds"], numbers, number("The number.")),
    }
    files = {
        "description": KEYS["files"],
        "type": "object",
        "additionalProperties": _table("For the files with such names.", wishes),
    }
    return {
        "$schema": DRAFT,
        "title": "Which checks of protocolkit run",
        **_table("What `protocolkit.toml` may say.", {**wishes, "files": files}),
    }


def _table(description: str, properties: dict[str, Shape]) -> Shape:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _one_of(words: Collection[str]) -> Shape:
    return {"enum": sorted(words)}


def _by_check(description: str, words: Collection[str], item: Shape) -> Shape:
    return {
        "description": description,
        "type": "object",
        "propertyNames": _one_of(words),
        "additionalProperties": item,
    }
