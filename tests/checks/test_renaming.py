"""Other names for everything, and maps in another order: positions change, and nothing else.

Over the bundled protocols as they are, and over the recommended one with each careless edit.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from protocolkit.checks import run
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import plain_data
from tests.checks.harness import TODAY
from tests.checks.mutations import edits
from tests.renaming import NAME, ids_in, in_other_words

PROTOCOLS = Path(__file__).parents[2] / "protocols"
BY_PLACE = {"PK001", "PK002", "PK003", "PK104", "PK105"}
"""Codes about how something is written, or about likeness of names."""
TEXTS: Mapping[str, str] = {
    **{
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(PROTOCOLS.rglob("*.yaml"))
        if not path.name.endswith(".scenarios.yaml")
        and "\nextends:" not in path.read_text(encoding="utf-8")
    },
    **{edit.name: edit.text for edit in edits() if edit.code not in BY_PLACE},
}
"""Protocols, healthy and broken, by a name."""


def _ids(data: Any) -> list[str]:
    """The names that can be changed: not those of states that stand right below their strand."""
    short = {
        state
        for strand in data.get("strands", {}).values()
        if isinstance(strand, dict) and "states" not in strand
        for state in strand
    }
    return sorted({*ids_in(data)} - short - {"case", "quorum"})


@cache
def _data(name: str) -> Any:
    tree, _, findings = parse(TEXTS[name], name)
    assert tree is not None
    assert [] == findings
    return plain_data(tree)


def _found(data: Any, back: Mapping[str, str]) -> Counter[tuple[str, str, str, frozenset[str]]]:
    """The findings up to names and places: code, severity, words, which names are spoken of."""
    seen: Counter[tuple[str, str, str, frozenset[str]]] = Counter()
    for one in run(read_text(json.dumps(data)), off=(), today=TODAY).findings:
        quoted = re.findall(r"`([^`]*)`", one.message)
        names = frozenset(back.get(n, n) for part in quoted for n in NAME.findall(part))
        seen[one.code, one.severity, re.sub(r"`[^`]*`", "_", one.message), names] += 1
    return seen


@cache
def _as_it_is(name: str) -> Counter[tuple[str, str, str, frozenset[str]]]:
    return _found(_data(name), {})


@settings(max_examples=20, phases=(Phase.explicit, Phase.generate))
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False))
def test_other_names_in_another_order_give_the_same_findings(
    name: str, chance: random.Random
) -> None:
    """No check looks at what something is called, or at what stands first."""
    data = _data(name)
    ids = _ids(data)
    numbers = list(range(len(ids)))
    chance.shuffle(numbers)
    names = {id_: f"x{number}" for id_, number in zip(ids, numbers, strict=True)}
    changed = in_other_words(data, names, chance)
    assert _as_it_is(name) == _found(changed, {new: old for old, new in names.items()})
