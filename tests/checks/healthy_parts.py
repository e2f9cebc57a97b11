"""What a random healthy protocol is made of: people, facts, spans, conditions.

Imports nothing of the project: a protocol is text.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

KINDS = (
    *("juvenile_officer", "supervisor", "judge", "investigator", "caseworker", "advocate"),
    *("health", "manager", "service_provider"),
)
PLACES = ("America/Chicago", "America/Halifax", "Europe/Berlin", "UTC", "Australia/Lord_Howe")
HOLIDAYS = (
    *("fixed 01-01", "easter -2", "easter +1", "last monday of may", "fixed 12-25, observed"),
    *("first monday of september", "third monday of january"),
)


class Parts:
    """The people and facts of a protocol while it is built, and chance."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.sections: dict[str, dict[str, Any]] = {
            name: {}
            for name in (
                *("parameters", "calendars", "organizations", "roles", "facts", "terms"),
                *("strands", "triggers", "meetings", "follow_ups", "escalations", "properties"),
                *("relationships", "practices", "sharing", "tallies", "goal", "review"),
            )
        }
        self.parts: dict[str, int] = {}
        self.asked: dict[str, int] = {}
        self.acts: list[str] = []
        self.free: list[str] = []

    def __getattr__(self, name: str) -> dict[str, Any]:
        """A section by its name."""
        return self.sections[name]

    # -- chance ----------------------------------------------------------------------------

    def maybe(self, percent: int) -> bool:
        """Yes, about so often."""
        return self.random.randrange(100) < percent

    def one(self, some: Sequence[Any]) -> Any:
        """One of some."""
        return self.random.choice(some)

    def role(self, *others: str) -> str:
        """A role that has had the least to do, other than some."""
        names = [name for name in self.parts if name not in others]
        least = min(self.parts[name] for name in names)
        found = self.one([name for name in names if self.parts[name] == least])
        self.parts[found] += 1
        return str(found)

    def some(self, *others: str) -> str | list[str]:
        """One role, or two."""
        first = self.role(*others)
        return [first, self.role(first, *others)] if self.maybe(30) else first

    # -- spans and limits ------------------------------------------------------------------

    def unit(self) -> str:
        """A unit of time."""
        units = ("hour", "calendar day", "calendar month", "business day")
        return str(self.one(units if self.calendars else units[:3]))

    def span(self, number: int, unit: str) -> str:
        """A length of time."""
        return f"{number} {unit}" + ("s" if number > 1 else "")

    def limit(self, after: str = "") -> str:
        """A limit: now and then with an aim, a place to count from, or a last moment."""
        unit, number = self.unit(), self.random.randint(1, 9)
        text = f"within {self.span(number, unit)}"
        if self.maybe(15):
            name = f"limit_{len(self.parameters)}"
            self.parameters[name] = {"value": self.span(number, unit), "origin": "assumed"}
            text = f"within {name}"
        if after and self.maybe(25):
            text += f" after {after}"
        if self.maybe(20):
            text = f"at once, {text}"
        if self.maybe(25):
            text += f", at most {self.span(number + self.random.randint(1, 9), unit)}"
        return text

    # -- who and what is asked -------------------------------------------------------------

    def build_people(self) -> None:
        """Calendars, organisations, roles."""
        for number in range(self.one((0, 1, 1, 2))):
            closed = self.random.sample(HOLIDAYS, self.random.randint(0, 5))
            begin = self.random.randint(6, 10)
            self.calendars[f"office_{number}"] = {
                "open": f"{self.one(('mon-fri', 'mon-sat', 'tue-fri'))} {begin:02}:30-17:00",
                **({"closed": closed} if closed else {}),
            }
        for number in range(self.random.randint(1, 3)):
            kind = self.one(("court", "police", "health", "service_provider"))
            self.organizations[f"agency_{number}"] = {"kind": kind}
        agencies = list(self.organizations)
        for number in range(self.random.randint(3, 7)):
            role: dict[str, Any] = {"kind": self.one(KINDS)}
            role["organization"] = agencies[number % len(agencies)]
            if self.maybe(70):
                role["available"] = self.one(("always", *self.calendars))
            if number < len(self.calendars):
                role["available"] = f"office_{number}"
            if number > 1 and self.maybe(25):
                role["substitutes"] = [f"role_{number - 2}"]
            self.roles[f"role_{number}"] = role
            self.parts[f"role_{number}"] = 0
        self.roles[f"role_{number}"]["available"] = "always"

    def build_facts(self) -> None:
        """One of each kind, or several."""
        for number in range(self.random.randint(1, 5)):
            name = f"fact_{number}"
            fact: dict[str, Any] = self.one(
                (
                    {"type": "boolean"},
                    {"type": "choice", "values": ["low", "middle", "high"]},
                    {"type": "choice", "values": ["given", "refused"]},
                    {"type": "integer", "range": "0..20"},
                    {"type": "set of roles"},
                )
            )
            fact = {**fact, "recorded_by": self.some()}
            if self.maybe(20):
                fact["valid_for"] = self.span(self.random.randint(2, 9), self.unit())
            self.facts[name] = fact
            self.asked[name] = 0

    def fact(self, *kinds: str) -> str:
        """A fact that has been asked for the least."""
        names = [name for name in self.facts if not kinds or self.facts[name]["type"] in kinds]
        if not names:
            return ""
        found = min(names, key=lambda name: (self.asked[name], self.random.random()))
        self.asked[found] += 1
        return found

    def about(self, name: str) -> str:
        """What is true for some values of a fact, and not for others."""
        fact = self.facts[name]
        if self.maybe(25):
            return f"{name} is known"
        if fact["type"] == "boolean":
            return f"{name} is {self.one(('true', 'false', 'false or unknown'))}"
        if fact["type"] == "integer":
            return f"{name} {self.one(('<', '>='))} {self.random.randint(1, 19)}"
        if fact["type"] == "choice":
            return f"{name} is {self.one(fact['values'])}"
        return f"{name} includes {self.role()}"

    def condition(self) -> str:
        """One or two phrases about different facts, or about what happened."""
        first = self.fact()
        text = self.about(first)
        if self.maybe(30) and self.acts:
            act = self.one(self.acts)
            more = self.one((f"happened({act})", f"count({act} within 6 calendar months) >= 2"))
            return f"{text} {self.one(('and', 'or'))} {more}"
        second = self.fact()
        if second != first and self.maybe(40):
            text += f" {self.one(('and', 'or'))} {self.about(second)}"
        if self.maybe(20):
            name = f"term_{len(self.terms)}"
            self.terms[name] = text
            return self.one((name, f"not {name}"))  # type: ignore[no-any-return]
        return text
