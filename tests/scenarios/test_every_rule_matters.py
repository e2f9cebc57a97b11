"""Every rule of the example counties matters: without it, one of their scenarios fails.

The rules are found by walking each file along the table of the language. One is taken out,
with whatever cannot stand without it, and the county's scenarios are acted out again. What the
reader refuses however much is taken out is counted apart, and shows nothing about scenarios.

An ordinary run takes a sample; with PROTOCOLKIT_SOAK=1 it takes them all.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from protocolkit.language.reading import read_file
from protocolkit.language.shapes import KEYS, is_short
from protocolkit.language.text import parse
from protocolkit.language.tree import Map, Scalar, Sequence, Tree, plain_data
from protocolkit.language.types import Anything, ElementOf, ListOf, MapOf, ValueType
from protocolkit.language.vocabulary import COMMON, KINDS
from protocolkit.model.words import UNSPECIFIED
from protocolkit.scenarios.form import Scenario
from protocolkit.scenarios.reading import read_text
from protocolkit.scenarios.running import Rehearsal
from protocolkit.semantics.program import Program

EXAMPLES = Path(__file__).parents[2] / "protocols" / "examples"
SOAK = bool(os.environ.get("PROTOCOLKIT_SOAK"))
SAMPLE = 15

Parts = tuple[str | int, ...]


class County(NamedTuple):
    """The files of a county, and how much of what they say its scenarios hold.

    `floor`: of a hundred rules so many are missed when they are gone. `unseen`: the rules that can
    go unnoticed, as patterns, each with the reason.
    """

    scenarios: str
    protocols: tuple[str, ...]
    floor: int
    unseen: Mapping[str, str]


COUNTIES = {
    "quarry_falls": County(
        scenarios="quarry_falls.scenarios.yaml",
        protocols=("quarry_falls.yaml",),
        floor=98,
        unseen={
            "roles.*.available": "no ladder here asks whether somebody is in the office",
            "meetings.panel_meeting.quorum.of": "members are what is counted if it is left out",
            "sharing.center_opinions.judge": "what is sensitive is not shared anyway",
            "sharing.center_opinions.defense_attorney": "what is sensitive is not shared anyway",
            "sharing.counselor_notes.defense_attorney": "what is sensitive is not shared anyway",
            "sharing.counselor_notes.victim_counselor": "whoever records a fact reads it anyway",
        },
    ),
    "osprey_bend": County(
        scenarios="osprey_bend.scenarios.yaml",
        protocols=("osprey_bend.yaml", "osprey_bend_2020.yaml"),
        floor=98,
        unseen={
            "osprey_bend*: triggers.take_custody.protective": "nothing here could hold it up",
            "osprey_bend_2020: in_force.until": "the version that began later counts anyway",
        },
    ),
    "marlock": County(
        scenarios="marlock.scenarios.yaml",
        protocols=("marlock.yaml", "marlock_second_start.yaml", "marlock_one_health.yaml"),
        floor=90,
        unseen={
            "marlock: meetings.*.asked*": "whom to ask is told; who counts says `counting`",
            "marlock: parameters.second_discussion.floor": "it bounds overlays, not cases",
            "marlock: triggers.protect_now.protective": "nothing here could hold it up",
            "marlock: triggers.ask_for_conference.strength": "an act that may be is no duty",
            "marlock_one_health: remove.*": "what nothing reads any more is only tidied away",
        },
    ),
}

SAYS_NOTHING = {
    "": {key.name for key in COMMON},
    "protocol": {
        "protocolkit", "id", "jurisdiction", "document", "version", "timezone", "sources",
        "goal", "organizations", "relationships", "practices", "properties", "tallies",
        "agreement", "review", "extends",
    },
    "role": {"kind", "organization"},
    "fact": {"type", "values", "unit"},
    "state": {"waits_for"},
    "trigger": {"channel", "formality", "happens"},
    "chair": {"role"},
}  # fmt: skip
"""Keys that no case shows: names, texts, figures, checks, reports over all cases."""
NAMES_ONLY = {"roles", "facts", "states", "strands", "calendars"}
"""Sections that declare names; what an entry there says is a rule, that it exists is none."""
CANNOT_MISS = {("trigger", "who"), ("follow_up", "who"), ("follow_up", "due"), ("authority", "who")}
"""What an element cannot stand without: then `unspecified` takes its place."""
GAP = ""
"""The end of the path of such a part."""
HARDLY = {"asked", "optional"}
"""Who else may come to a meeting: they count for a quorum, where there is one."""


# -- the rules of a file ---------------------------------------------------------------


def _rules(kind_name: str, node: Tree, path: Parts = ()) -> Iterator[Parts]:
    """Every part of an element that can be taken out, the element's own parts included."""
    kind, keys = KINDS[kind_name], KEYS[kind_name]
    if not isinstance(node, Map) or is_short(kind, keys, node):
        if kind.short:
            yield from _below(keys[kind.short].type, node, path)
        return
    silent = SAYS_NOTHING[""] | SAYS_NOTHING.get(kind_name, set())
    if kind_name == "meeting" and "quorum" not in node.entries:
        silent = silent | HARDLY
    for name, entry in node.entries.items():
        if name in silent or name not in keys or _is_gap(entry.value):
            continue
        here = (*path, name)
        if (kind_name, name) in CANNOT_MISS:
            yield (*here, GAP)
        elif kind_name != "protocol" and not keys[name].required:
            yield here  # without what is required the whole element falls, which is tried too
        yield from _below(keys[name].type, entry.value, here)


def _is_gap(node: Tree) -> bool:
    return isinstance(node, Scalar) and node.text.endswith(UNSPECIFIED)


def _below(type_: ValueType, node: Tree, path: Parts) -> Iterator[Parts]:
    if isinstance(type_, ListOf):
        if not isinstance(node, Sequence):
            yield from _below(type_.item, node, path)
            return
        for number, item in enumerate(node.items):
            if len(node.items) > 1:
                yield (*path, number)
            yield from _below(type_.item, item, (*path, number))
    elif isinstance(type_, MapOf) and isinstance(node, Map):
        for name, entry in node.entries.items():
            if path[-1] not in NAMES_ONLY:
                yield (*path, name)
            yield from _below(type_.item, entry.value, (*path, name))
    elif isinstance(type_, ElementOf):
        yield from _rules(type_.kind, node, path)
    elif isinstance(type_, Anything) and isinstance(node, Map):
        yield from ((*path, name) for name in node.entries)


def _name(tree: Tree, path: Parts) -> str:
    """A part in words; items of a list by what they say."""
    found, node = "", tree
    for part in path:
        if part == GAP:
            found += " said"
        elif isinstance(node, Sequence):
            node = node.items[int(part)]
            found += f".{node.text if isinstance(node, Scalar) else part}"
        else:
            assert isinstance(node, Map)
            found += f".{part}" if found else str(part)
            node = node.entries[str(part)].value
    return found


# -- taking one out --------------------------------------------------------------------


def _without(path: Parts, content: Any) -> None:
    """Take a part out, and what is empty then."""
    if not path:
        return
    is_gap = path[-1] == GAP
    *above, last = path[:-1] if is_gap else path
    holder = content
    for part in above:
        holder = holder[part]
    if is_gap:
        holder[last] = UNSPECIFIED
        return
    del holder[last]
    if not holder:
        _without(tuple(above), content)


def _has(content: Any, part: str | int) -> bool:
    if isinstance(content, dict):
        return part in content
    return isinstance(content, list) and part in range(len(content))


def _there(content: Any, path: Parts) -> Parts:
    """As much of a path as there is in the file; a single item may stand without its list."""
    found: list[str | int] = []
    for part in path:
        if _has(content, part):
            content = content[part]
            found.append(part)
        elif part != 0:
            break
    return tuple(found)


def _take_out(path: Parts, content: Any, file: Path) -> str:
    """Write the file without a part, and without what cannot stand then; its text if it can be."""
    _without(path, content)
    for _ in range(40):
        text = json.dumps(content, ensure_ascii=False)
        file.write_text(text, encoding="utf-8")
        reading = read_file(file)
        if reading.ok:
            return text
        fault = next(one for one in reading.findings if one.severity == "error")
        torn = _there(content, fault.path)
        if len(torn) < 2:
            return ""
        _without(torn, content)
    return ""


# -- what the scenarios say to it ------------------------------------------------------


class Trial:
    """A county's files in a folder of their own, one of them without a rule at a time."""

    def __init__(self, county: County, folder: Path) -> None:
        self.county = county
        self.folder = folder
        self.first: list[str] = []
        self.tried: set[str] = set()
        for file in EXAMPLES.glob("*.yaml"):
            folder.joinpath(file.name).write_bytes(file.read_bytes())
        self.text = folder.joinpath(county.scenarios).read_text(encoding="utf-8")

    def verdict(self, protocol: str, path: Parts, tree: Tree) -> str:
        """What becomes of the county without a part: `seen`, `unseen` or `unreadable`; `again`
        if the same was tried, because one part cannot stand without the other.
        """
        file = self.folder / protocol
        try:
            text = _take_out(path, plain_data(tree), file)
            if not text:
                return "unreadable"
            if text in self.tried:
                return "again"
            self.tried.add(text)
            return "seen" if self._is_seen() else "unseen"
        finally:
            file.write_bytes(EXAMPLES.joinpath(protocol).read_bytes())

    def _is_seen(self) -> bool:
        found = read_text(self.text, self.county.scenarios, self.folder)
        if any(one.code != "PK102" for one in found.findings):
            return True  # a scenario names what is gone; that nothing reads a fact says little
        programs = {
            one.digest: Program(one) for story in found.scenarios[:1] for one in story.protocols
        }  # most stories run under the protocols of the first
        return any(self._fails(one, programs) for one in self._in_order(found.scenarios))

    def _in_order(self, stories: tuple[Scenario, ...]) -> list[Scenario]:
        """Those first that told the last ones apart."""
        rank = {name: place for place, name in enumerate(self.first)}
        return sorted(stories, key=lambda one: rank.get(one.name, len(rank)))

    def _fails(self, story: Scenario, programs: Mapping[str, Program]) -> bool:
        if Rehearsal(story, programs).outcome().passed:
            return False
        if story.name in self.first:
            self.first.remove(story.name)
        self.first.insert(0, story.name)
        return True


def _tried(name: str, folder: Path, most: int = 0) -> dict[str, str]:
    """Each rule of a county by its name, and what becomes of the county without it."""
    county = COUNTIES[name]
    trial = Trial(county, folder)
    found: list[tuple[str, str, Parts, Tree]] = []
    for protocol in county.protocols:
        tree, _, _ = parse(EXAMPLES.joinpath(protocol).read_bytes(), protocol)
        assert isinstance(tree, Map)
        stem = f"{protocol.removesuffix('.yaml')}: " if len(county.protocols) > 1 else ""
        found += [
            (stem + _name(tree, one), protocol, one, tree) for one in _rules("protocol", tree)
        ]
    if most:
        found = random.Random(name).sample(found, most)
    return {rule: trial.verdict(file, path, tree) for rule, file, path, tree in found}


def _surprises(name: str, found: Mapping[str, str]) -> list[str]:
    """The rules that nothing noticed, though the table does not list them."""
    known = COUNTIES[name].unseen
    return [
        rule
        for rule, verdict in found.items()
        if verdict == "unseen" and not any(fnmatchcase(rule, one) for one in known)
    ]


@pytest.mark.parametrize("name", COUNTIES)
def test_without_any_one_rule_a_scenario_fails(name: str, tmp_path: Path) -> None:
    """Of a sample, nothing goes unnoticed but what is listed; of all, no more than it says."""
    found = _tried(name, tmp_path, 0 if SOAK else SAMPLE)
    assert [] == _surprises(name, found)
    if SOAK:
        verdicts = list(found.values())
        counted = verdicts.count("seen") + verdicts.count("unseen")
        share = 100 * verdicts.count("seen") / counted
        assert share >= COUNTIES[name].floor, f"{share:.1f} % of {counted} rules of {name}"


@pytest.mark.parametrize("name", COUNTIES)
def test_the_scenarios_pass_as_they_are(name: str, tmp_path: Path) -> None:
    """Else every rule would seem to matter."""
    trial = Trial(COUNTIES[name], tmp_path)
    found = read_text(trial.text, COUNTIES[name].scenarios, tmp_path)
    assert () == found.findings
    assert [] == [one.name for one in found.scenarios if not Rehearsal(one).outcome().passed]
