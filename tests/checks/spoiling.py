"""Healthy protocols with a few random edits, and what is wrong with their states, the plain way.

Who leads where is a table, closed by going over all triples. Imports nothing of the project: a
protocol is text, and the table is read from the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

_ENTRY = re.compile(r'^  (\w+): (\{\}|\{".*|\[.*|".*)$')


def sections_of(text: str) -> dict[str, dict[str, Any]]:
    """The entries of each section, as they stand in the text of a random protocol."""
    found: dict[str, dict[str, Any]] = {}
    section = ""
    for line in text.splitlines():
        entry = _ENTRY.match(line)
        if not line.startswith(" "):
            section = line.partition(":")[0]
        elif entry is not None:
            found.setdefault(section, {})[entry[1]] = json.loads(entry[2])
    return found


def text_of(head: str, sections: dict[str, dict[str, Any]]) -> str:
    """The text again."""
    lines = [line for line in head.splitlines() if re.match(r"\w+: ", line)]
    for section, entries in sections.items():
        if entries:
            lines.append(f"{section}:")
            lines += [f"  {name}: {json.dumps(entry)}" for name, entry in entries.items()]
    return "\n".join(lines) + "\n"


def spoilt(text: str, seed: int) -> str:
    """A protocol with one to five edits: of its states and moves, and of anything else."""
    chance = Random(seed)
    sections = sections_of(text)
    for _ in range(chance.randint(1, 5)):
        edit = chance.choice((_turn, _turn, _forbid, _mark, _mark, _drop, _swap))
        edit(sections, chance)
    return text_of(text, sections)


def _moving(sections: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [act for act in sections["triggers"].values() if act.get("moves")]


def _turn(sections: dict[str, dict[str, Any]], chance: Random) -> None:
    """A move leads to another state, perhaps of another strand."""
    move = chance.choice(chance.choice(_moving(sections))["moves"])
    strands = list(sections["strands"].values())
    states = next(one for one in strands if move["to"] in one)
    move["to"] = chance.choice(list(states if chance.random() < 0.9 else chance.choice(strands)))


def _forbid(sections: dict[str, dict[str, Any]], chance: Random) -> None:
    """An act must not happen any more."""
    chance.choice(_moving(sections))["strength"] = "must_not"


def _mark(sections: dict[str, dict[str, Any]], chance: Random) -> None:
    """A state becomes a start or an end, or is none any more."""
    states = chance.choice(list(sections["strands"].values()))
    state = states[chance.choice(list(states))]
    mark = chance.choice(("initial", "final"))
    state[mark] = not state.get(mark, False)


def _drop(sections: dict[str, dict[str, Any]], chance: Random) -> None:
    """An entry, or a part of one, is gone."""
    entries = sections[chance.choice(list(sections))]
    name = chance.choice(list(entries))
    entry = entries[name]
    if isinstance(entry, dict) and entry and chance.random() < 0.7:
        del entry[chance.choice(list(entry))]
    elif len(entries) > 1:
        del entries[name]


def _swap(sections: dict[str, dict[str, Any]], chance: Random) -> None:
    """Two entries of a section change their contents."""
    entries = sections[chance.choice(list(sections))]
    one, other = chance.choice(list(entries)), chance.choice(list(entries))
    entries[one], entries[other] = entries[other], entries[one]


# -- the plain way -----------------------------------------------------------------------------


def faults_of_states(sections: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What is wrong with the states: a code, and the state (or strand) to which it belongs."""
    for strand, states in sections["strands"].items():
        yield from _faults(strand, states, list(sections["triggers"].values()))


def _faults(
    strand: str, states: dict[str, Any], acts: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    names = list(states)
    initial = [name for name in names if states[name].get("initial")]
    final = [name for name in names if states[name].get("final")]
    if len(initial) != 1 or not final:
        yield "PK201", strand
    leads = {(a, b): False for a in names for b in names}
    for act in acts:
        for move in act.get("moves", ()) if act.get("strength") != "must_not" else ():
            if (move["from"], move["to"]) in leads and move["from"] != move["to"]:
                leads[move["from"], move["to"]] = True
    beside = dict(leads)
    for through in names:
        for a in names:
            for b in names:
                leads[a, b] = leads[a, b] or (leads[a, through] and leads[through, b])
    starts = initial or names
    reached = {b for b in names if b in starts or any(leads[a, b] for a in starts)}
    steps = dict.fromkeys(starts, 0)
    while steps.keys() < reached:
        far = max(steps.values()) + 1
        steps |= {b: far for a in steps for b in names if beside[a, b] and b not in steps}
    group = {a: {a} | {b for b in names if leads[a, b] and leads[b, a]} for a in names}
    for a in names:
        if a in reached and a not in final and final and not any(beside[a, b] for b in names):
            yield "PK204", a
    for a in names:
        closed = all(b in group[a] for c in group[a] for b in names if beside[c, b])
        whole = len(group[a]) > 1 and final and not group[a] & set(final)
        if a in reached and closed and whole:
            firsts = [b for b in group[a] if steps[b] == min(steps[c] for c in group[a])]
            if a == min(firsts, key=names.index):
                yield "PK205", a
    ends = {a for a in names if a in final or any(leads[a, b] for b in final)}
    no_end = bool(final) and not reached & set(final)
    for a in names:
        lost = a not in reached and a == min(group[a], key=names.index)
        cut = all(b in group[a] or b in reached or not leads[b, a] for b in names)
        if lost and cut and not (no_end and group[a] & ends):
            yield "PK202", a
