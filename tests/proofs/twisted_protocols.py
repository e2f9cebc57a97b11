"""Random small protocols that try the ways to judge by a part of the rules: meetings that open what
they do, roles that are given out, acts that can be done once, strands that need not apply.

They have few situations, so that all of them can be gone through; half of them have some fault, and
nobody put it there. Imports nothing of the project: a protocol is text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

Some = TypeVar("Some")

HEAD = """protocolkit: "1"
id: twisted
title: Twisted
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
"""

PEOPLE = ("officer", "judge", "nurse")
WAY = ("a", "b", "c", "done")


def twisted_text(seed: int) -> str:
    """The protocol with this number, as YAML text."""
    return Twisted(seed).text()


class Twisted:
    """A protocol that is being drawn."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.side: tuple[str, ...] = ()
        self.roles: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.strands: dict[str, Any] = {}
        self.meetings: dict[str, Any] = {}
        self.triggers: dict[str, Any] = {}
        self.follow_ups: dict[str, Any] = {}
        self.escalations: dict[str, Any] = {}

    def one(self, of: Sequence[Some]) -> Some:
        """One of some things."""
        return self.random.choice(of)

    def maybe(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.random.randrange(100) < percent

    def text(self) -> str:
        """The YAML text."""
        self.draw_people()
        self.draw_strands()
        self.draw_meetings()
        self.draw_acts()
        for number in range(self.random.randint(1, 2)):
            self.draw_follow_up(number)
        self.draw_guards()
        self.draw_ladder()
        sections = (
            "roles",
            "facts",
            "strands",
            "meetings",
            "triggers",
            "follow_ups",
            "escalations",
        )
        lines = [
            f"{name}: {json.dumps(getattr(self, name))}\n"
            for name in sections
            if getattr(self, name)
        ]
        return HEAD + "".join(lines)

    def draw_people(self) -> None:
        """Three that are always there, and sometimes one that is named for each case."""
        kinds = {"officer": "juvenile_officer", "judge": "judge", "nurse": "health"}
        for name in PEOPLE:
            self.roles[name] = {"kind": kinds[name], "organization": "court", "available": "always"}
        if self.maybe(35):
            worker = {**self.roles["nurse"], "kind": "caseworker", "per_case": True}
            if self.maybe(20):
                worker["substitutes"] = ["nurse"]
            self.roles["worker"] = worker
        if self.maybe(50):
            self.facts["ill"] = {"type": "boolean"}
            if self.maybe(50):
                self.facts["ill"]["recorded_by"] = [self.one(PEOPLE)]

    def draw_strands(self) -> None:
        """Where a case stands; beside it another strand, that sometimes need not apply."""
        states: dict[str, Any] = {"a": {"initial": True}, "b": {}, "c": {}, "done": {"final": True}}
        self.strands["case"] = {"states": states}
        if self.maybe(40):
            kinds: tuple[dict[str, Any], ...] = (
                {"safe": {"initial": True, "final": True}, "gone": {}},
                {"s": {"initial": True}, "t": {"final": True}},
                {"s": {"initial": True}, "t": {}, "u": {"final": True}},
            )
            side = self.one(kinds)
            self.side = tuple(side)
            self.strands["side"] = {"states": side}
            if self.facts and self.maybe(40):
                self.strands["side"]["applies_while"] = "ill is true or unknown"

    def draw_meetings(self) -> None:
        """A meeting that may fall short."""
        if not self.maybe(45):
            return
        first, second = self.random.sample(PEOPLE, 2)
        team: dict[str, Any] = {"required": [first], "called_by": [self.one(PEOPLE)]}
        if self.maybe(60):
            team["asked"] = [second]
            team["quorum"] = {"at_least": 2, "of": "members"}
            if self.maybe(30):
                team["exceptions"] = {"small": {"waives": ["quorum"], "who": self.one(PEOPLE)}}
                if self.maybe(60):
                    team["exceptions"]["small"]["if"] = self.one(("case is b", "happened(visit)"))
        self.meetings["team"] = team

    def draw_acts(self) -> None:
        """What moves a case on, and some that do not."""
        for name, start, end in (("begin", "a", "b"), ("go", "b", "c"), ("close", "c", "done")):
            self.triggers[name] = {"who": self.who(), "moves": [{"from": start, "to": end}]}
        self.triggers["visit"] = {"who": self.who(), "strength": self.one(("must", "may"))}
        if self.maybe(35):
            moves = [{"from": "b", "to": self.one(("a", "c"))}]
            self.triggers["turn"] = {"who": self.who(), "strength": "may", "moves": moves}
        if self.maybe(35):
            moves = [{"from": "c", "to": self.one(("a", "b"))}]
            self.triggers["back"] = {"who": self.who(), "moves": moves}
        for number, state in enumerate(self.side[1:]):
            moves = [{"from": self.side[number], "to": state}]
            self.triggers[f"to_{state}"] = {"who": self.who(), "moves": moves}
        if self.side[:1] == ("safe",) and self.maybe(70):
            self.triggers["to_safe"] = {
                "who": self.who(),
                "moves": [{"from": "gone", "to": "safe"}],
            }
        if self.side and self.maybe(25):
            self.triggers["close"]["moves"].append({"from": self.side[0], "to": self.side[1]})
        if "worker" in self.roles:
            self.draw_giving()
        for act in self.triggers.values():
            if self.facts and self.maybe(18):
                act["records"] = [{"fact": "ill", "required": self.maybe(60)}]
            if self.meetings and self.maybe(15) and "assigns" not in act:
                act[self.one(("during", "decided_at"))] = ["team"]

    def draw_giving(self) -> None:
        """How a role is given out."""
        give: dict[str, Any] = {"who": self.one(PEOPLE), "assigns": {"worker": "named"}}
        if self.maybe(25):
            give = {"who": [{"role": "worker", "any_holder": True}], "assigns": {"worker": "actor"}}
        elif self.maybe(30):
            give["moves"] = [{"from": "a", "to": "b"}]
        if self.maybe(25):
            give["needs"] = {"ready": self.one(("case is b", "case is a", "happened(visit)"))}
        self.triggers["give"] = give

    def who(self) -> list[str]:
        """One role or two."""
        return self.random.sample(list(self.roles), 1 if self.maybe(75) else 2)

    def condition(self) -> str:
        """Something to ask."""
        asked = [
            "happened(visit)",
            "not happened(visit)",
            "case is b",
            "case is not a",
            "count(visit) < 2",
            "happened(visit since go)",
            *(f"{name} is met" for name in self.follow_ups),
            *(f"{name} is not open" for name in self.follow_ups),
        ]
        if self.facts:
            asked += ["ill is true", "ill is false or unknown", "ill is known"]
        if self.meetings:
            asked += ["happened(team.held)", "happened(team.adjourned)"]
        return self.one(asked)

    def draw_follow_up(self, number: int) -> None:
        """Something that is owed."""
        name, acts = ("tell", "write")[number], list(self.triggers)
        events = [*acts, *acts, "begin", "visit"]
        events += [f"team.{event}" for event in ("set", "set", "held", "adjourned")] * len(
            self.meetings
        )
        events += ["tell.met", "tell.met", "tell.opened"] * number
        events += ["ill.recorded"] * len(self.facts)
        owed: dict[str, Any] = {"who": self.who(), "due": "unspecified"}
        opener = self.one(events)
        way = self.random.randrange(100)
        if way < 78:
            owed["opens_with"] = opener
        elif way < 90:
            owed["opens_in"] = self.one(WAY[1:3] + self.side[1:])
        else:
            owed["opens_when"] = self.condition()
        if opener in self.triggers and "opens_with" in owed and self.maybe(18):
            owed["who"] = {"actor_of": opener}
        elif self.maybe(10):
            owed["who"] = {self.one(("all_of", "each_of")): self.random.sample(PEOPLE, 2)}
        if opener == "team.set" and "opens_with" in owed and self.maybe(70):
            owed["met_by"] = ["team.held", "team.adjourned"]
        elif self.maybe(65):
            ends = [*acts, *acts, *(f"{one}.held" for one in self.meetings)]
            owed["met_by"] = sorted({self.one(ends) for _ in range(self.random.randint(1, 2))})
        self.draw_more(owed)
        self.follow_ups[name] = owed

    def draw_more(self, owed: dict[str, Any]) -> None:
        """What else may be said of it."""
        if self.maybe(15):
            owed["if"] = self.condition()
        if self.maybe(25):
            owed["strength"] = self.one(("should", "encouraged"))
        if self.maybe(35):
            owed["if_again"] = self.one(("ignore", "redate"))
        if self.maybe(20):
            owed["blocks"] = [self.one(list(self.triggers))]
        if self.maybe(20):
            owed["due"] = f"within {self.random.randint(1, 3)} hours"
        for key, percent in (("ends_when", 8), ("applies_while", 6)):
            if self.maybe(percent):
                owed[key] = self.condition()
        if self.maybe(6):
            owed["carries_over"] = True
        if self.maybe(8):
            owed["counts_for"] = "all_open"

    def draw_guards(self) -> None:
        """What acts ask for."""
        for act in self.triggers.values():
            if self.maybe(14):
                act.setdefault("needs", {})["good"] = self.condition()

    def draw_ladder(self) -> None:
        """What follows when nothing happens, sometimes at once."""
        if not self.maybe(25):
            return
        state = self.one(WAY[:3])
        fits = [
            name
            for name, act in self.triggers.items()
            if act.get("moves", [{}])[0].get("from") == state and "assigns" not in act
        ]
        level: dict[str, Any] = {"after": self.one(("at once", "1 hours", "2 hours"))}
        if fits and self.maybe(60):
            level["fire"] = self.one(fits)
            self.triggers[level["fire"]]["who"].append("clock")
        else:
            level["tell"] = ["judge"]
        self.escalations["slow"] = {"watches": {"state": state}, "levels": [level]}
