"""Random protocols that are healthy by the way they are built, the same for the same number.

Every state lies on a way from the start to an end. Every act is somebody's, every choice has an
answer for each value and for none, every fact is recorded and asked for, whatever is owed opens,
has a limit and an end, each ladder tells somebody new, every role has a part. What differs:
strands, ways back, meetings, limits, calendars, ladders, facts, terms, exceptions, promises.

Imports nothing of the project: a protocol is text.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.checks.healthy_parts import PLACES, Parts


def protocol_text(seed: int) -> str:
    """The protocol with this number, as YAML text."""
    return Healthy(seed).text()


class Healthy(Parts):
    """A protocol while it is built."""

    # -- the course of a case --------------------------------------------------------------

    def build_course(self) -> None:
        """A way to the end for each strand, with branches that meet again and ways back."""
        self.build_strand("case", self.random.randint(2, 6))
        for number in range(self.one((0, 0, 1, 1, 2))):
            self.build_strand(f"strand_{number}", self.random.randint(1, 3))

    def build_strand(self, strand: str, length: int) -> None:
        """States in a row, and what leads from one to the next."""
        names = [
            f"{strand}_{number}" if strand != "case" else f"at_{number}"
            for number in range(length + 1)
        ]
        states: dict[str, Any] = {name: {} for name in names}
        states[names[0]]["initial"] = True
        states[names[-1]]["final"] = True
        for name in names[:-1]:
            if self.maybe(40):
                states[name]["waits_for"] = self.role()
        self.strands[strand] = states
        for number, name in enumerate(names[:-1]):
            act = self.act(f"go_{strand}_{number}")
            act["moves"] = [{"from": name, "to": names[number + 1]}]
            if number and self.maybe(35):
                self.branch(act, strand, name, names[number + 1])
            elif self.maybe(25) and number + 2 < len(names):
                other = self.act(f"leap_{strand}_{number}")
                other["moves"] = [{"from": name, "to": names[number + 2]}]
                other["needs"] = {"ready": self.condition()}
        if length > 2 and self.maybe(50):
            back = self.act(f"back_{strand}")
            back["moves"] = [
                {"from": names[length - 1], "to": names[self.random.randint(0, length - 2)]}
            ]
            back["strength"] = "may"

    def branch(self, act: dict[str, Any], strand: str, here: str, there: str) -> None:
        """The act leads by two ways, as a fact says; the other way comes back."""
        name = self.fact("boolean", "integer", "choice")
        if not name:
            return
        aside = f"{here}_aside"
        self.strands[strand][aside] = {}
        fact = self.facts[name]
        if fact["type"] == "integer":
            bound = self.random.randint(1, 19)
            first, second = f"{name} >= {bound}", f"{name} < {bound}"
        elif fact["type"] == "boolean":
            first, second = f"{name} is true", f"{name} is false"
        else:
            words = fact["values"]
            first, second = f"{name} is {words[0]}", f"{name} is {' or '.join(words[1:])}"
        way = self.one(("needs", "unknown", "first"))
        if way == "needs":
            act["needs"] = {"said": f"{name} is known"}
        elif way == "unknown":
            second = f"{second} or {name} is unknown"
        moves: list[dict[str, str]] = [
            {"from": here, "to": there, "if": first},
            {"from": here, "to": aside, "if": second},
        ]
        if way == "first":
            act["first"] = True
            del moves[1]["if"]
        act["moves"] = moves
        back = self.act(f"return_{strand}_{here}")
        back["moves"] = [{"from": aside, "to": here if self.maybe(50) else there}]

    def act(self, name: str) -> dict[str, Any]:
        """An act that somebody may do."""
        made: dict[str, Any] = {"who": self.some()}
        self.triggers[name] = made
        self.acts.append(name)
        if self.maybe(25):
            fact = self.one(list(self.facts))
            made["records"] = [{"fact": fact, "required": True} if self.maybe(50) else fact]
        if self.maybe(20):
            made["channel"] = [self.one(("phone", "in_person", "text"))]
        return made

    def build_acts(self) -> None:
        """Acts that move nothing: needed by what is owed, or by themselves."""
        for number in range(self.random.randint(1, 4)):
            name = f"act_{number}"
            act = self.act(name)
            self.free.append(name)
            if self.maybe(30):
                act["strength"] = self.one(("should", "may", "encouraged"))
            if self.maybe(35):
                act["needs"] = {"ready": self.condition()}
                if self.maybe(40):
                    rule = {
                        "waives": ["ready"],
                        "if": self.about(self.fact()),
                        "reason": "required",
                    }
                    act["exceptions"] = {f"urgent_{number}": rule}
            elif self.maybe(15):
                act["protective"] = True
        if self.maybe(30):
            name = self.role()
            self.roles[name]["per_case"] = True
            self.act("take_over")["who"] = [{"role": name, "any_holder": True}]
            self.triggers["take_over"]["assigns"] = {name: "actor"}
        if self.maybe(25) and len(self.free) > 1:
            first, second = self.random.sample(self.free, 2)
            self.triggers[second]["different_from"] = first
        if self.maybe(25):
            act = self.triggers[self.one(self.free)]
            act["together_with"] = [self.role(*str(act["who"]).replace("'", " ").split())]
        if self.maybe(30):
            who = self.role()
            self.triggers["never_do"] = {"who": who, "strength": "must_not"}
        if self.maybe(25):
            self.triggers["from_outside"] = {"who": self.role(), "happens": "outside"}
            self.acts.append("from_outside")

    def build_meetings(self) -> None:
        """Meetings at which members decide."""
        for number in range(self.one((0, 1, 1, 2))):
            members = self.random.sample(list(self.roles), min(3, len(self.roles)))
            for name in members:
                self.parts[name] += 1
            meeting: dict[str, Any] = {
                "required": members[:1],
                "asked": members[1:],
                "chair": members[0],
                "called_by": [self.role()],
            }
            if self.maybe(50):
                meeting["quorum"] = {
                    "at_least": self.random.randint(1, len(members)),
                    "of": "members",
                }
            self.meetings[f"meeting_{number}"] = meeting
            act = self.act(f"decide_{number}")
            act["who"] = self.one(("attendees", members[:2]))
            act["decided_at"] = f"meeting_{number}"
            if self.maybe(30):
                act["agreed_by"] = {"all_of": members[:1], "veto": members[1:2]}
            if self.maybe(30):
                meeting["counting"] = {"some": members[:2], "rest": members[2:]}

    # -- what is owed ----------------------------------------------------------------------

    def build_follow_ups(self) -> None:
        """Each opens in one way, is owed by somebody, has a limit, and comes to an end."""
        for number in range(self.random.randint(2, 7)):
            self.follow_ups[f"owed_{number}"] = self.follow_up(number)

    def follow_up(self, number: int) -> dict[str, Any]:
        """What is owed."""
        owed: dict[str, Any] = {"who": self.one((self.role(), {"any_of": [*self.parts][:2]}))}
        closing = {name for name in self.acts if self.leads_to_the_end(name)}
        openers = [name for name in self.acts if name not in closing]
        meeting = self.one(list(self.meetings)) if self.meetings else ""
        way = self.one(("act", "act", "state", "late", "met", "condition", "meeting"))
        anchor = ""
        if way == "state":
            states = [n for n, state in self.strands["case"].items() if not state.get("final")]
            owed["opens_in"] = self.one(states)
        elif way in ("late", "met") and number:
            event = "overdue" if way == "late" else "met"
            owed["opens_with"] = f"owed_{number - 1}.{event}"
            owed["if_again"] = "ignore"
        elif way == "condition":
            owed["opens_when"] = self.condition()
        elif way == "meeting" and meeting:
            owed["opens_with"] = f"{meeting}.set"
            owed["due"] = f"{self.span(self.random.randint(1, 9), 'calendar day')} before {meeting}"
        else:
            anchor = self.one(openers)
            owed["opens_with"] = anchor
            if self.maybe(20):
                owed["if"] = self.condition()
        if anchor and "if" not in owed and self.maybe(25):
            owed["every"] = f"{self.span(self.random.randint(2, 9), self.unit())} after {anchor}"
            last = next(n for n, state in self.strands["case"].items() if state.get("final"))
            owed["ends_when"] = f"case is {last}"
            owed["if_again"] = "ignore"
        elif "due" not in owed:
            owed["due"] = self.limit(anchor)
        if self.maybe(35):
            acts = [name for name in self.free if name != anchor]
            if acts:
                owed["met_by"] = [self.one(acts)]
        elif meeting and "every" not in owed and way != "meeting" and self.maybe(30):
            owed["met_by"] = [f"{meeting}.held"]
            owed["waive"] = {"who": self.role(), "reason": "required"}
        if self.maybe(25):
            owed["owed_to"] = self.role()
        if self.maybe(25):
            owed["strength"] = self.one(("should", "encouraged", "must"))
        if self.hurries(owed):
            always = [*self.roles][-1]
            owed["who"] = always
            for act in (name for name in owed.get("met_by", ()) if name in self.triggers):
                self.triggers[act]["who"] = always
                self.triggers[act].pop("together_with", None)
        self.trimmings(owed, opens_when=way == "condition")
        for right in ("waive", "decline", "extend"):
            if right not in owed and self.maybe(12):
                owed[right] = {"who": self.role(), "reason": "required"}
        return owed

    def hurries(self, owed: dict[str, Any]) -> bool:
        """Whether it may be due before an office opens again."""
        text = str(owed.get("due", owed.get("every", "")))
        for name, parameter in self.parameters.items():
            text = text.replace(name, parameter["value"])
        spans = re.findall(r"(\d+) (hour|calendar day|business day)", text)
        return any(unit == "hour" or int(number) < 6 for number, unit in spans)

    def trimmings(self, owed: dict[str, Any], *, opens_when: bool) -> None:
        """What may be said besides of something that is owed."""
        if self.maybe(10):
            owed["parts"] = ["first_part", "second_part"]
        if self.maybe(10) and "before" not in owed.get("due", ""):
            owed["pauses_while"] = f"case is {self.one(self.open_states())}"
        if self.maybe(10) and "every" not in owed and "met_by" not in owed:
            owed["for_each"] = self.random.sample(list(self.roles), 2)
            if fact := self.fact("set of roles"):
                each = owed["for_each"][0]
                unknown = self.one(("include", "exclude"))
                owed["exclude"] = {each: {"if": f"{fact} includes {each}", "if_unknown": unknown}}
        if self.maybe(10):
            owed["carries_over"] = True
        if self.maybe(15) and "met_by" not in owed:
            owed["blocks"] = [self.one(self.acts)]
        if self.maybe(10) and "ends_when" not in owed and not opens_when:
            owed["ends_when"] = self.condition()

    def open_states(self) -> list[str]:
        """The states in which a case is still open."""
        return [name for name, state in self.strands["case"].items() if not state.get("final")]

    def leads_to_the_end(self, act: str) -> bool:
        """Whether an act leads a strand to its end."""
        ends = {
            name
            for states in self.strands.values()
            for name, state in states.items()
            if state.get("final")
        }
        return any(move["to"] in ends for move in self.triggers[act].get("moves", ()))

    def build_ladders(self) -> None:
        """Levels that tell somebody new each time."""
        for name, owed in self.follow_ups.items():
            if "due" not in owed and "every" not in owed:
                continue
            if self.maybe(50):
                told = self.random.sample(list(self.roles), min(3, len(self.roles)))
                levels: list[dict[str, Any]] = [{"at": "due", "tell": told[0]}]
                levels += [
                    {"after": self.span(self.random.randint(1, 9), self.unit()), "tell": role}
                    for role in told[1 : self.random.randint(1, 3)]
                ]
                self.escalations[f"late_{name}"] = self.ladder(name, levels, told)
        if self.maybe(40):
            states = [n for n, state in self.strands["case"].items() if not state.get("final")]
            told = self.random.sample(list(self.roles), 2)
            first: dict[str, Any] = {"after": self.one(("at once", "4 hours")), "tell": told[0]}
            if self.maybe(40):
                first["if"] = self.about(self.fact()) + " or unknown"
                name = first["if"].split()[0]
                if (
                    self.facts[name]["type"] in ("integer", "set of roles")
                    or "known" in first["if"].split()[2]
                ):
                    first["if"] = f"{name} is known"
            self.escalations["waits"] = {
                "watches": {"state": self.one(states)},
                "levels": [first, {"after": self.span(2, self.unit()), "tell": told[1]}],
            }

    def ladder(self, name: str, levels: list[dict[str, Any]], told: list[str]) -> dict[str, Any]:
        """A ladder on something that is owed, now and then with more than levels that tell."""
        made: dict[str, Any] = {"watches": {"follow_up": name}, "levels": levels}
        if "at most" in self.follow_ups[name].get("due", "") and self.maybe(50):
            made["levels"] = [levels[0], {"id": "outer", "at": "at_most", "tell": told[1:]}]
            if self.maybe(30):
                made["start_at"] = {"level": "outer", "if": self.condition()}
        elif len(levels) > 1 and self.maybe(30):
            levels[1]["hand_to"] = levels[1]["tell"]
        if self.maybe(30):
            levels[0]["outside_hours"] = self.one(("wait", "send_anyway"))
        return made

    def build_promises(self) -> None:
        """Properties that make sense; whether they hold is not asked here."""
        if self.maybe(30):
            last = next(n for n, state in self.strands["case"].items() if state.get("final"))
            self.properties["can_close"] = {
                "kind": "always_possible",
                "condition": f"case is {last}",
            }
        two = self.random.sample(list(self.roles), 2)
        if self.maybe(30):
            self.relationships["tie"] = {"between": two, "tie": "formal", "rests_on": "role"}
        if self.maybe(30):
            every = self.span(1, "calendar year")
            training = {"kind": "training", "participants": two, "every": every}
            self.practices["together"] = training
        if self.maybe(30):
            release = self.one(("always", "with_consent", "never"))
            self.sharing[self.one(list(self.facts))] = {self.role(): release}
        if self.maybe(30):
            every = "1 calendar month after adopted"
            self.tallies["monthly"] = {"every": every, "count": self.acts[:2]}
        if self.maybe(30):
            self.goal.update(title="What is best for the child", shared_by=two)
        if self.maybe(40):
            self.review.update(every="2 calendar years", last="2025-11-01")
        if self.maybe(30):
            first, second = self.random.sample(self.acts, 2)
            self.properties["order"] = {"kind": "precedence", "before": second, "need": first}

    def use_the_rest(self) -> None:
        """Whatever has no part so far gets one."""
        said = json.dumps([entries for name, entries in self.sections.items() if name != "facts"])
        for name in self.facts:
            if re.search(rf"\b{name}\b", said):
                continue
            act = self.triggers[self.acts[0]]
            act.setdefault("records", [])
            act["records"].append(name)
        for name, count in self.parts.items():
            if not count or name in self.only_stand_in():
                self.triggers[f"done_by_{name}"] = {"who": name, "strength": "may"}

    def only_stand_in(self) -> list[str]:
        """Roles that may act nowhere."""
        said = json.dumps([act["who"] for act in self.triggers.values()])
        return [name for name in self.roles if f'"{name}"' not in said]

    # -- the text --------------------------------------------------------------------------

    def text(self) -> str:
        """The YAML text."""
        self.build_people()
        self.build_facts()
        self.build_course()
        self.build_acts()
        self.build_meetings()
        self.build_follow_ups()
        self.build_ladders()
        self.build_promises()
        self.use_the_rest()
        lines = [
            'protocolkit: "1"',
            f"id: healthy_{self.seed}",
            "jurisdiction: Nowhere (invented)",
            f"timezone: {self.one(PLACES)}",
        ]
        if self.calendars:
            lines.append(f"business_days: {self.one(list(self.calendars))}")
        for section, entries in self.sections.items():
            if entries:
                lines.append(f"{section}:")
                lines += [f"  {name}: {json.dumps(entry)}" for name, entry in entries.items()]
        return "\n".join(lines) + "\n"
