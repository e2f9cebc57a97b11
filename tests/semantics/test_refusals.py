"""The table of reasons and statuses: it knows all that the code makes, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import protocolkit
from protocolkit.conditions.names import STATUSES as ASKED
from protocolkit.language.types import Word
from protocolkit.scenarios.vocabulary import FORMS
from protocolkit.semantics import refusals
from protocolkit.semantics.deciding.reasons import not_true

SOURCE = Path(protocolkit.__file__).parent
MAKERS = {"reason": 0, "causes": 1, "unknown": 0}
"""The functions that make reasons, and which of what they are given is the name."""


def _made(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The line of every reason that a file makes, with the names it may have."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        place = MAKERS.get(node.func.id)
        if place is None:
            continue
        said = node.args[place]
        if isinstance(said, ast.Call) and isinstance(said.func, ast.Name):
            assert "not_true" == said.func.id, f"{file}:{node.lineno}"
            yield node.lineno, [not_true(False), not_true(None)]
        else:
            ways = [said.body, said.orelse] if isinstance(said, ast.IfExp) else [said]
            yield node.lineno, [str(one.value) for one in ways if isinstance(one, ast.Constant)]


def test_every_reason_that_is_made_is_explained_and_the_other_way_round() -> None:
    """Whoever adds a reason adds what it means; whoever takes one away takes its row along."""
    made: set[str] = set()
    own = SOURCE / "semantics" / "deciding" / "reasons.py"
    for folder in ("semantics", "engine"):
        for file in sorted((SOURCE / folder).rglob("*.py")):
            for line, names in _made(file):
                assert names or file == own, f"{file}:{line}: a name that nobody can look up"
                made.update(names)
    assert set(refusals.REFUSALS) == made


def test_every_status_that_is_shown_is_explained() -> None:
    """Those of scenarios and those of conditions, and no other."""
    shown = {word for words in ASKED.values() for word in words}
    for name in ("owing", "ended"):
        (key,) = (key for key in FORMS[name].keys if key.name == "status")
        assert isinstance(key.type, Word)
        shown |= set(key.type.words)
    assert shown == set(refusals.STATUSES)


def test_an_entry_is_found_however_it_is_written() -> None:
    """Blanks, capitals and underlines do not matter; no other word has an entry."""
    assert refusals.entry("wrong-role") == refusals.entry("Wrong role")
    assert "None of" not in refusals.entry("wrong_role")
    assert refusals.entry("not_opened").startswith("# not_opened, a status of a follow-up")
    assert "" == refusals.entry("supervisor")


def test_the_page_has_every_word_once() -> None:
    """A reason or a status that nobody finds on the page might as well not be explained."""
    page = refusals.page()
    for word in refusals.words():
        assert 1 == page.count(f"| `{word}` |")
