"""Random small protocols, the same for the same number: half of them with a fault on purpose.

Each has at least six states, three facts, three follow-ups and two clocks (limits and levels of a
few whole hours), and few enough situations to look at every one. An even number gives a protocol
that is built to be healthy for most questions, an odd one has one of `FAULTS`; what is drawn beside
it may be faulty too, which is as well. Imports nothing of the project: a protocol is text.
"""

from __future__ import annotations

import json
from typing import Any

from tests.proofs.drawing import PEOPLE, STEPS, WAY, Draft

FAULTS = (
    "trap",
    "dead_need",
    "dead_move",
    "endless",
    "holds_itself_up",
    "never_level",
    "pile_up",
    "outside_refused",
    "dropped",
    "only_should",
    "late_trap",
    "broken_property",
)


def protocol_text(seed: int) -> str:
    """The protocol with this number, as YAML text."""
    return Faulty(seed).text()


def fault_of(seed: int) -> str:
    """The fault that is put into the protocol with this number; "" for none."""
    return FAULTS[seed // 2 % len(FAULTS)] if seed % 2 else ""


class Faulty(Draft):
    """A protocol with the fault that its number stands for."""

    # -- faults --------------------------------------------------------------------------------

    def put_fault(self) -> None:
        """The fault on purpose, if it has one."""
        fault = fault_of(self.seed)
        if fault:
            getattr(self, f"fault_{fault}")()

    def fault_trap(self) -> None:
        """A state that nothing leads out of, or only what can never be done."""
        self.strands["case"]["lost"] = {}
        start = self.one(WAY[1:5])
        moves = [{"from": start, "to": "lost"}]
        self.triggers["lose"] = {"who": self.who(), "strength": "may", "moves": moves}
        if self.maybe(50):
            moves = [{"from": "lost", "to": start}]
            needs = {"ready": self.impossible()}
            self.triggers["find_again"] = {"who": self.who(), "needs": needs, "moves": moves}

    def fault_dead_need(self) -> None:
        """An act on the way that can never be done, though each of its needs could be."""
        self.triggers[self.one(STEPS)]["needs"] = {"ready": self.impossible()}

    def fault_dead_move(self) -> None:
        """A byway that is never taken."""
        start = self.random.randint(1, 3)
        self.triggers["skip"] = {
            "who": self.who(),
            "strength": "may",
            "moves": [
                {"from": WAY[start], "to": WAY[start + 1]},
                {"from": WAY[start - 1], "to": WAY[start + 1], "if": self.impossible()},
            ],
        }

    def fault_endless(self) -> None:
        """Owed, and nothing ends it."""
        self.triggers["ask_nobody"] = {"who": self.who(), "needs": {"ready": self.impossible()}}
        name = self.one(list(self.follow_ups))
        owed = self.follow_ups[name]
        owed.update(met_by=["ask_nobody"], strength="must")
        if "if" in owed:
            del owed["if"]
        for right in ("waive", "decline", "carries_over"):
            owed.pop(right, None)

    def fault_holds_itself_up(self) -> None:
        """What would do it comes only after what must wait for it."""
        owed = self.follow_ups[self.one(list(self.follow_ups))]
        for key in ("if", "opens_in", "waive", "decline"):
            owed.pop(key, None)
        owed.update(opens_with="report", met_by=["agree"], blocks=["convene"], strength="must")

    def fault_never_level(self) -> None:
        """The level before it always leaves the state."""
        number = self.random.randint(1, 3)
        act = STEPS[number]
        who = self.triggers[act]["who"]
        self.triggers[act]["who"] = who if "clock" in who else [*who, "clock"]
        self.triggers[act].pop("needs", None)
        self.triggers[act].pop("records", None)
        self.triggers[act]["moves"] = [{"from": WAY[number], "to": WAY[number + 1]}]
        self.escalations["waits_long"] = {
            "watches": {"state": WAY[number]},
            "levels": [
                {"after": self.hours(), "fire": act},
                {"after": self.hours(), "tell": ["judge"]},
            ],
        }

    def fault_pile_up(self) -> None:
        """One more each time, and nobody can do them."""
        self.triggers["ask_nobody"] = {"who": self.who(), "needs": {"ready": self.impossible()}}
        self.follow_ups["write_down"] = {
            "who": self.who(),
            "due": "unspecified",
            "opens_with": "visit",
            "met_by": ["ask_nobody"],
            "strength": "should",
            "if_again": "open_another",
        }

    def fault_outside_refused(self) -> None:
        """What comes from outside is not heard everywhere."""
        start = self.random.randint(1, 3)
        self.triggers["hearing_set"] = {
            "who": self.who(),
            "happens": "outside",
            "moves": [{"from": WAY[start], "to": WAY[start + 1]}],
        }

    def fault_dropped(self) -> None:
        """The act that closes the case makes something owed that nobody will do."""
        self.follow_ups["tell_family"] = {
            "who": self.who(),
            "due": "unspecified",
            "opens_with": "close_case",
            "if_again": "ignore",
        }

    def fault_only_should(self) -> None:
        """Nobody must take the step without which no case closes."""
        self.triggers[self.one(STEPS)]["strength"] = self.one(("should", "may"))

    def fault_late_trap(self) -> None:
        """Whoever is late owes something that nothing ends."""
        timed = [name for name, one in self.follow_ups.items() if one["due"] != "unspecified"]
        self.triggers["ask_nobody"] = {"who": self.who(), "needs": {"ready": self.impossible()}}
        self.follow_ups["explain"] = {
            "who": self.who(),
            "due": "unspecified",
            "opens_with": f"{self.one(timed)}.overdue",
            "met_by": ["ask_nobody"],
            "if_again": "ignore",
        }

    def fault_broken_property(self) -> None:
        """What is said of every case is not true of all."""
        self.properties["said"] = self.one(
            (
                {"kind": "precedence", "before": "report", "need": "visit"},
                {"kind": "at_most", "what": "visit", "times": self.one((1, 2))},
                {"kind": "never", "what": "convene"},
                {"kind": "always", "condition": f"case is not {self.one(WAY[2:5])}"},
                {"kind": "at_end", "condition": "happened(visit)"},
                {"kind": "response", "when": "report", "then": "visit"},
            )
        )

    # -- the text ----------------------------------------------------------------------------

    def text(self) -> str:
        """The YAML text."""
        self.draw_facts()
        self.draw_course()
        self.draw_follow_ups()
        self.draw_ladders()
        self.draw_guards()
        self.draw_properties()
        self.put_fault()
        lines = [
            'protocolkit: "1"',
            f"id: drawn_{self.seed}",
            f"title: Drawn protocol {self.seed}",
            "jurisdiction: Nowhere (invented)",
            "timezone: UTC",
            "organizations:",
            "  court: {kind: court}",
        ]
        sections: dict[str, dict[str, Any]] = {
            "roles": PEOPLE,
            "facts": self.facts,
            "strands": self.strands,
            "triggers": self.triggers,
            "follow_ups": self.follow_ups,
            "escalations": self.escalations,
            "properties": self.properties,
        }
        for section, entries in sections.items():
            if entries:
                lines.append(f"{section}:")
                lines += [f"  {name}: {json.dumps(entry)}" for name, entry in entries.items()]
        return "\n".join(lines) + "\n"
