"""Families of small protocols: one thing grows, everything else stays as it is.

Two for each thing: one in which `verify` can leave aside what grows, or takes it in its stride, and
one in which it can not. Imports nothing of the project: a protocol is text, and JSON is YAML too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Rules = dict[str, Any]

TASKS = 7
"""How many follow-ups there are where only the clocks grow."""


class Family(NamedTuple):
    """Protocols by size. `grows` is what is counted, `how` says how it is built in; the hard ones
    are those in which it cannot be left aside.
    """

    grows: str
    how: str
    hard: bool
    sizes: Sequence[int]
    rules: Callable[[int], Rules]

    def text(self, size: int) -> str:
        """The protocol of this size."""
        return json.dumps(self.rules(size))


# -- states ----------------------------------------------------------------------------------------


def _rules(states: int = 4, **sections: Rules) -> Rules:
    """States in a row, an act from each to the next; the last one closes the case."""
    row = [f"at_{number}" for number in range(1, states + 1)]
    ways = zip(row, [*row[1:], "done"], strict=True)
    return {
        "protocolkit": "1",
        "id": "growing",
        "title": "A protocol that grows",
        "jurisdiction": "nowhere",
        "timezone": "UTC",
        "roles": {"worker": {"kind": "caseworker"}},
        "states": _states(*row, "done"),
        "triggers": {f"leave_{here}": _act(here, there) for here, there in ways},
        **sections,
    }


def _states(first: str, *others: str) -> Rules:
    *between, last = others
    return {first: {"initial": True}, **{name: {} for name in between}, last: {"final": True}}


def _act(here: str, there: str) -> Rules:
    return {"who": "worker", "moves": [{"from": here, "to": there}]}


def _side_by_side(size: int) -> Rules:
    rules = _rules()
    del rules["states"]
    rules["strands"], rules["triggers"] = {}, {}
    for number in range(1, size // 3 + 1):
        begun, going, over = (f"{name}_{number}" for name in ("begun", "going", "over"))
        rules["strands"][f"strand_{number}"] = {"states": _states(begun, going, over)}
        rules["triggers"][f"go_{number}"] = _act(begun, going)
        rules["triggers"][f"end_{number}"] = _act(going, over)
    return rules


# -- facts -----------------------------------------------------------------------------------------


def _facts(size: int, need: str) -> Rules:
    """For each fact one more act that leads on, and needs something of it."""
    facts = [f"fact_{number}" for number in range(1, size + 1)]
    rules = _rules(facts={name: {"type": "boolean"} for name in facts})
    for name in facts:
        asking = {**_act("at_1", "at_2"), "needs": {"the_fact": need.format(name)}}
        rules["triggers"][f"leave_by_{name}"] = asking
    return rules


# -- follow-ups and clocks -------------------------------------------------------------------------


def _tasks(size: int, **keys: object) -> Rules:
    """Follow-ups that open together after the first act."""
    task = {"opens_with": "leave_at_1", "who": "worker", "due": "unspecified", **keys}
    return _rules(follow_ups={f"task_{number}": dict(task) for number in range(1, size + 1)})


def _read(size: int) -> Rules:
    rules = _tasks(size)
    rules["triggers"]["leave_at_4"]["moves"] = [
        *({"from": "at_4", "to": "done", "if": f"{task} is open"} for task in rules["follow_ups"]),
        {"from": "at_4", "to": "done"},
    ]
    return rules


def _clocks(size: int, asked: str) -> Rules:
    """So many of the tasks have a limit, no two the same."""
    rules = _read(TASKS)
    for number in range(1, size + 1):
        rules["follow_ups"][f"task_{number}"]["due"] = f"within {number} hours"
        rules["triggers"]["leave_at_4"]["moves"][number - 1]["if"] = f"task_{number} is {asked}"
    return rules


DOUBLED = (1, 2, 4, 8, 16, 32)

FAMILIES = (
    Family("states", "one after another", False, (3, *DOUBLED[2:]), _rules),
    Family("states", "in threes, side by side", True, range(3, 34, 3), _side_by_side),
    Family("facts", "asked for by an act", False, DOUBLED, lambda n: _facts(n, "{}")),
    Family(
        "facts",
        "an act needs them unknown",
        True,
        range(1, 11),
        lambda n: _facts(n, "{} is unknown"),
    ),
    Family(
        "follow-ups",
        "can be done any time",
        False,
        DOUBLED,
        lambda n: _tasks(n, blocks=["leave_at_4"]),
    ),
    Family("follow-ups", "a move asks if it is open", True, range(1, 16), _read),
    Family(
        "clocks",
        "nothing counts on lateness",
        False,
        range(TASKS + 1),
        lambda n: _clocks(n, "open"),
    ),
    Family(
        "clocks",
        "a move asks if it is late",
        True,
        range(TASKS + 1),
        lambda n: _clocks(n, "overdue"),
    ),
)
