"""A random protocol while it is drawn: facts, states and acts, follow-ups, ladders, properties.

Built to be healthy for most questions. Imports nothing of the project: a protocol is text.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

PEOPLE = {
    "officer": {"kind": "juvenile_officer", "organization": "court", "available": "always"},
    "supervisor": {"kind": "supervisor", "organization": "court", "available": "always"},
    "judge": {"kind": "judge", "organization": "court", "available": "always"},
}
FACTS: dict[str, dict[str, Any]] = {
    "danger": {"type": "boolean"},
    "consent": {"type": "choice", "values": ["given"]},
    "seen": {"type": "choice", "values": ["yes_seen"]},
    "certainty": {"type": "choice", "values": ["suspected", "confirmed"]},
    "age_known": {"type": "choice", "values": ["young"]},
}
WAY = ("noted", "reported", "teamed", "planned", "watched", "done")
STEPS = ("report", "convene", "agree", "begin", "close_case")
FOLLOW_UPS = ("ask_school", "inform_police", "look_again", "tell_family")


class Draft:
    """A protocol while it is drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.facts: dict[str, Any] = {}
        self.strands: dict[str, Any] = {}
        self.triggers: dict[str, Any] = {}
        self.follow_ups: dict[str, Any] = {}
        self.escalations: dict[str, Any] = {}
        self.properties: dict[str, Any] = {}
        self.clocks = 0

    def maybe(self, percent: int) -> bool:
        """Yes, about so often."""
        return self.random.randrange(100) < percent

    def one(self, some: Sequence[Any]) -> Any:
        """One of some."""
        return self.random.choice(some)

    def hours(self, most: int = 3) -> str:
        """A short span."""
        number = self.random.randint(1, most)
        return f"{number} hour" + ("s" if number > 1 else "")

    def who(self) -> list[str]:
        """One role, or two."""
        return self.random.sample(list(PEOPLE), self.random.choice((1, 1, 2)))

    # -- facts and conditions --------------------------------------------------------------

    def draw_facts(self) -> None:
        """Three of them, with few values, since every value makes situations."""
        names = ["consent", "seen", self.one(("danger", "certainty", "age_known", "age_known"))]
        for name in sorted(names):
            self.facts[name] = dict(FACTS[name])
            if self.maybe(60):
                self.facts[name]["recorded_by"] = self.who()

    @property
    def is_wide(self) -> bool:
        """Whether its facts alone make many situations, so that little may be added."""
        return "age_known" not in self.facts

    def about(self, fact: str = "") -> str:
        """A phrase about a fact."""
        fact = fact or self.one(list(self.facts))
        if self.facts[fact]["type"] == "boolean":
            return f"{fact} is {self.one(('true', 'false', 'true or unknown', 'false or unknown'))}"
        word = self.one(self.facts[fact]["values"])
        return f"{fact} {self.one((f'is {word}', 'is known', 'is known', f'is {word} or unknown'))}"

    def impossible(self) -> str:
        """What is never true, though each half of it may be."""
        fact = self.one(list(self.facts))
        words = self.facts[fact].get("values", ["true", "false"])
        other = f"is {words[1]}" if words[1:] else "is not known"
        return f"{fact} is {words[0]} and {fact} {other}"

    def condition(self) -> str:
        """One or two phrases."""
        if self.maybe(75):
            return self.about()
        first, second = self.random.sample(list(self.facts), 2)
        return f"{self.about(first)} {self.one(('and', 'or'))} {self.about(second)}"

    # -- states and acts -------------------------------------------------------------------

    def draw_course(self) -> None:
        """The way from the first state to the last, some byways, and acts that move nothing."""
        states: dict[str, Any] = {name: {} for name in WAY}
        states[WAY[0]] = {"initial": True}
        states[WAY[-1]] = {"final": True}
        self.strands["case"] = states
        for number, name in enumerate(STEPS):
            act: dict[str, Any] = {
                "who": self.who(),
                "moves": [{"from": WAY[number], "to": WAY[number + 1]}],
            }
            self.triggers[name] = act
            if self.maybe(25):
                act["records"] = [self.one(list(self.facts))]
            if self.maybe(25):
                act["needs"] = {"ready": self.condition()}
            elif name != "close_case" and self.maybe(15):
                self.fork(act, number)
        if self.maybe(40):
            back = self.random.randint(2, 4)
            moves = [{"from": WAY[back], "to": WAY[self.random.randint(1, back - 1)]}]
            self.triggers["go_back"] = {"who": self.who(), "strength": "may", "moves": moves}
        for name in ("visit", "call"):
            if name == "visit" or self.maybe(40):
                self.triggers[name] = {"who": self.who(), "strength": self.strength()}
                if self.maybe(30):
                    self.triggers[name]["records"] = [
                        {"fact": self.one(list(self.facts)), "required": True}
                    ]
                if self.maybe(15):
                    self.triggers[name]["needs"] = {"ready": self.condition()}
        if self.maybe(18) and not self.is_wide:
            self.draw_whereabouts()
        if self.maybe(25):
            self.triggers["hearing_set"] = {"who": self.who(), "happens": "outside"}
            if self.maybe(40):
                start = self.one(WAY[1:4])
                self.triggers["hearing_set"]["moves"] = [{"from": start, "to": "watched"}]
                self.triggers["hearing_set"]["elsewhere"] = "allowed"

    def fork(self, act: dict[str, Any], number: int) -> None:
        """The act leads on by one of two ways, as a fact says."""
        there = self.random.randint(1, 4)
        fact = self.one([name for name in self.facts if name != "danger"])
        word = self.facts[fact]["values"][0]
        on = [{"from": WAY[number], "to": WAY[number + 1], "if": f"{fact} is {word}"}]
        if there != number:
            on.append({"from": WAY[number], "to": WAY[there], "if": f"{fact} is unknown"})
        act["moves"] = on if there != number + 1 else act["moves"]

    def draw_whereabouts(self) -> None:
        """A second strand."""
        self.strands["whereabouts"] = {
            "safe": {"initial": True, "final": True},
            "missing": {},
        }
        self.triggers["went_missing"] = {
            "who": self.who(),
            "happens": "outside",
            "moves": [{"from": "safe", "to": "missing"}],
        }
        if self.maybe(80):
            self.triggers["went_missing"]["elsewhere"] = "allowed"
        self.triggers["located"] = {
            "who": self.who(),
            "moves": [{"from": "missing", "to": "safe"}],
        }
        if self.maybe(60):
            self.triggers["close_case"].setdefault("needs", {})["safe"] = "whereabouts is safe"

    def strength(self) -> str:
        """How strongly it is wanted."""
        return str(self.one(("must",) * 8 + ("should", "may")))

    # -- follow-ups and ladders ------------------------------------------------------------

    def draw_follow_ups(self) -> None:
        """Three or four, each opened in one of several ways."""
        count = 4 if self.maybe(15) and not self.is_wide else 3
        for number, name in enumerate(FOLLOW_UPS[:count]):
            self.follow_ups[name] = self.follow_up(number)

    def follow_up(self, number: int) -> dict[str, Any]:
        """What is owed."""
        owed: dict[str, Any] = {"who": self.who(), "due": "unspecified"}
        late = [name for name, one in self.follow_ups.items() if one["due"] != "unspecified"]
        steps = [name for name in STEPS[:-1] if name in self.triggers]
        way = self.one(("act", "act", "state", "late", "met"))
        if way == "state":
            owed["opens_in"] = [self.one(WAY[1:5])]
        elif way == "late" and late:
            owed["opens_with"] = f"{self.one(late)}.overdue"
        elif way == "met" and self.follow_ups:
            owed["opens_with"] = f"{self.one(list(self.follow_ups))}.met"
        else:
            others = [name for name in ("went_missing", "hearing_set") if name in self.triggers]
            owed["opens_with"] = self.one([*steps, *others])
        if self.maybe(40):
            owed["strength"] = self.one(("should", "encouraged"))
        if number < 2 and self.clocks < 3 and (number == 0 or self.maybe(60)):
            owed["due"] = f"within {self.hours()}"
            self.clocks += 1
        owed["if_again"] = self.one(("ignore", "ignore", "redate"))
        way = self.one(("complete", "complete", "visit", "visit"))
        if way == "visit" and owed.get("opens_with") != "visit":
            owed["met_by"] = ["visit" if self.maybe(80) else self.meets_if()]
        elif owed["due"] == "unspecified" and "opens_with" in owed and self.maybe(25):
            owed["if"] = self.about()
            owed["if_again"] = "ignore"
        if self.maybe(25):
            owed["blocks"] = [self.one([name for name in STEPS if name in self.triggers])]
        for right in ("waive", "decline"):
            if self.maybe(10):
                owed[right] = {"who": self.who()}
                if self.maybe(40):
                    owed[right]["if"] = self.about()
        if self.maybe(10):
            owed["carries_over"] = True
        return owed

    def meets_if(self) -> Any:
        """An act that counts only if something is known."""
        return {"trigger": "visit", "if": self.about()}

    def draw_ladders(self) -> None:
        """At least two clocks in all."""
        timed = [name for name, one in self.follow_ups.items() if one["due"] != "unspecified"]
        if self.maybe(50):
            levels: list[Any] = [{"at": "due", "tell": [self.one(list(PEOPLE))]}]
            if self.maybe(50):
                levels[0] = {"after": self.hours(2), "tell": [self.one(list(PEOPLE))]}
            if self.maybe(40):
                levels.append({"after": self.hours(2), "tell": [self.one(list(PEOPLE))]})
            self.escalations["not_done"] = {
                "watches": {"follow_up": self.one(timed)},
                "levels": levels,
            }
            self.clocks += 1
        if self.clocks < 2 or (self.clocks < 3 and self.maybe(30)):
            self.escalations["waits_long"] = {
                "watches": {"state": self.one(WAY[1:4])},
                "levels": [self.level_of_state() for _ in range(self.one((1, 1, 2)))],
            }
            self.clocks += 1

    def level_of_state(self) -> dict[str, Any]:
        """A level of a ladder that watches a state."""
        level: dict[str, Any] = {"after": self.hours(), "tell": [self.one(list(PEOPLE))]}
        if self.maybe(25):
            level["if"] = self.about()
        if self.maybe(30):
            act = self.one(
                [name for name in ("go_back", "convene", "agree") if name in self.triggers]
            )
            who = self.triggers[act]["who"]
            self.triggers[act]["who"] = who if "clock" in who else [*who, "clock"]
            level["fire"] = act
        return level

    def draw_guards(self) -> None:
        """What asks for something that is owed, or was done: it must not be done in any order."""
        if self.maybe(25):
            words = ("is not open", "is not open", "is met or not_opened", "is met", "is overdue")
            needs = self.triggers[self.one((*STEPS, "visit"))].setdefault("needs", {})
            needs["owed"] = f"{self.one(list(self.follow_ups))} {self.one(words)}"
        if self.maybe(10):
            needs = self.triggers[self.one(STEPS[1:])].setdefault("needs", {})
            needs["done"] = f"happened({self.one(('visit', 'report'))})"
        levels = [level for one in self.escalations.values() for level in one["levels"]]
        if levels and self.maybe(10):
            self.one(levels)["if"] = f"{self.one(list(self.follow_ups))} is open"

    # -- properties --------------------------------------------------------------------------

    def draw_properties(self) -> None:
        """One or two; most are true."""
        if self.maybe(35):
            self.properties["first_report"] = {
                "kind": "precedence",
                "before": self.one(("convene", "agree", "close_case")),
                "need": self.one(("report", "report", "visit")),
            }
        if self.maybe(20):
            self.properties["once"] = {
                "kind": "at_most",
                "what": self.one(("report", "agree", "close_case")),
                "times": self.one((1, 2)),
            }
        if self.maybe(15):
            condition = f"case is not done or {self.about()}"
            self.properties["known_at_end"] = {"kind": "always", "condition": condition}
