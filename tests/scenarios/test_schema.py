"""The JSON Schema of scenario files and their reader agree.

A file without a fault of the reader is valid by the schema, always. The other way round the schema
knows less: it cannot look up names, read the clock or follow a story, so only the faults listed
in `_is_beyond` may slip through it.
"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from protocolkit.bundled import bundled
from protocolkit.ground.findings import Finding
from protocolkit.language.text import parse
from protocolkit.language.tree import Map, typed_data
from protocolkit.scenarios import read_text
from protocolkit.scenarios.acts import ACTS
from protocolkit.scenarios.reference import reference
from protocolkit.scenarios.schema import schema
from tests.scenarios.test_docs import EXAMPLES, NAMED

VALIDATOR = Draft202012Validator(schema(), registry=Registry())
PROTOCOLS = bundled("protocols")
FILES = sorted(path for path in PROTOCOLS.glob("*.scenarios.yaml"))
TEXTS = [*(path.read_text(encoding="utf-8") for path in FILES), *EXAMPLES]

_BEYOND = re.compile(
    # the course of the story, and what depends on names
    r"time does not go back|No case is open yet|is not adopted yet|A case is already open"
    r"|names no protocol|is for no `|does not end in a number|is not how one of several"
    # what the text of a time or a day says
    r"|is not a time|There is no day|There is no hour|go forward then|this time is|out of reach"
    r"|is not a day"
    # only some facts have a list for a value
    r"|The value of a fact is a single value"
    # texts that YAML tools do not agree on stand in JSON as texts
    r"|This step does not say|One act is refused"
)
_SEMANTIC = {"PK001", "PK002", "PK003", "PK101", "PK102", "PK104"}


def _is_beyond(finding: Finding) -> bool:
    """Whether a fault is one that a schema cannot see."""
    return finding.code in _SEMANTIC or _BEYOND.search(finding.message) is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every protocol that the scenarios name."""
    found = tmp_path_factory.mktemp("protocols")
    for path in PROTOCOLS.glob("*.yaml"):
        found.joinpath(path.name).write_bytes(path.read_bytes())
    for name, text in NAMED.items():
        found.joinpath(name).write_text(text, encoding="utf-8")
    return found


def _data(text: str) -> Any:
    tree, _, _ = parse(text, "file")
    return typed_data(tree) if isinstance(tree, Map) else None


def _problems(data: Any) -> list[str]:
    return [f"{list(error.path)}: {error.message[:200]}" for error in VALIDATOR.iter_errors(data)]


def _judge(text: str, folder: Path) -> None:
    """The two sides of the agreement, on one text."""
    findings = read_text(text, "s.yaml", folder).findings
    problems = _problems(_data(text))
    if not findings:
        assert [] == problems
    if not problems:
        assert [] == [f"{one.code} {one.message}" for one in findings if not _is_beyond(one)]


def test_the_schema_is_a_schema() -> None:
    """By its own rules."""
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_sound_is_valid(text: str, folder: Path) -> None:
    """Every scenario that comes with the project and stands on its pages."""
    assert () == read_text(text, "s.yaml", folder).findings
    assert [] == _problems(_data(text))


WRONG: list[Any] = [None, "", [], {}, 7, True, "no such name", ["a", "b"], {"by": "officer"}]
"""What may be put in place of anything."""


def _paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(data, dict):
        found += [one for key, value in data.items() for one in _paths(value, (*path, key))]
    elif isinstance(data, list):
        found += [one for key, value in enumerate(data) for one in _paths(value, (*path, key))]
    return found


def _changed(data: Any, path: tuple[Any, ...], how: str, wrong: Any) -> Any:
    found = copy.deepcopy(data)
    place = found
    for step in path[:-1]:
        place = place[step]
    last = path[-1]
    if how == "without":
        del place[last]
    elif how == "instead" or not isinstance(place, dict):
        place[last] = wrong
    else:  # under another name
        place[f"{last}x" if how == "slip" else wrong or "also"] = place.pop(last)
    return found


@given(st.data())
def test_reader_and_schema_agree_on_what_is_wrong(folder: Path, data: st.DataObject) -> None:
    """On any scenario with a piece left out, put in wrongly, or under another name."""
    text = data.draw(st.sampled_from(TEXTS))
    whole = _data(text)
    path = data.draw(st.sampled_from(_paths(whole)))
    how = data.draw(st.sampled_from(["without", "instead", "slip"]))
    wrong = data.draw(st.sampled_from(WRONG))
    _judge(json.dumps(_changed(whole, path, how, wrong)), folder)


def test_every_example_of_the_table_can_be_read() -> None:
    """Each act's example is valid by the schema, and stands on the page of the keys."""
    page = reference()
    for act in ACTS.values():
        step = _data(f"step: {act.example}")["step"]
        story = {"start": "2025-03-04 09:00", "steps": [step]}
        assert [] == _problems({"protocol": "x.yaml", "scenarios": {"a": story}}), act.name
        assert f"`{act.example}`" in page
