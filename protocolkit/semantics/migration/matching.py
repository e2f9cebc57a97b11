"""Does a plan say of every old name what becomes of it, and does that fit the new text?

A name that both texts have goes on as itself, one that the new text has `formerly` under its new
name; of everything else the plan must speak. Pure. Imports the plan, the model and ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from protocolkit.ground.findings import Finding, Path
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.case import Escalation, Fact, FollowUp
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import scope_of_ladder, scopes_of_what_happens
from protocolkit.semantics.changes import Migrated
from protocolkit.semantics.migration.plan import DROP, KEEP, SECTIONS, Plan
from protocolkit.semantics.program import Program

_CHECKS = {"PK005": "missing-key", "PK006": "wrong-type", "PK101": "undefined-reference"}


class Renaming(Record):
    """A plan that fits: `names` has every old name of each section, with its new one or "".

    States are named `strand.state`; the section `strands` follows from them. `levels` maps each
    old ladder to the new places of its levels, from 0; what is dropped has the place of the level
    that follows.
    """

    names: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, str]] = EMPTY
    levels: Mapping[str, tuple[int, ...]] = EMPTY

    def change(self, digest: str, version: str, instances: Mapping[str, str]) -> Migrated:
        """The change of a case: only what is called otherwise."""
        names = {
            section: {old: new for old, new in sorted(pairs.items()) if old != new}
            for section, pairs in sorted(self.names.items())
        }
        values = {
            fact: {old: new for old, new in sorted(pairs.items()) if old != new}
            for fact, pairs in sorted(self.values.items())
        }
        return Migrated(
            digest=digest,
            version=version,
            names={section: pairs for section, pairs in names.items() if pairs} or EMPTY,
            values={fact: pairs for fact, pairs in values.items() if pairs} or EMPTY,
            instances=instances or EMPTY,
        )

    def new(self, section: str, name: str) -> str:
        """What an old name is called now; "" for nothing."""
        return self.names[section].get(name, "")

    def old(self, section: str, name: str) -> list[str]:
        """The old names that go on under a new one."""
        return [old for old, new in self.names[section].items() if new == name]


def matched(plan: Plan, old: Program, new: Program) -> tuple[Renaming, list[Finding]]:
    """What a plan comes to between two texts, and everything that is wrong with it."""
    matching = _Matching(plan, old.whole, new.whole)
    matching.go()
    return matching.renaming, matching.findings


class _Matching:
    def __init__(self, plan: Plan, old: Protocol, new: Protocol) -> None:
        self.plan = plan
        self.old = old
        self.new = new
        self.findings: list[Finding] = []
        self.names: dict[str, dict[str, str]] = {}
        self.values: dict[str, dict[str, str]] = {}
        self.levels: dict[str, tuple[int, ...]] = {}

    @property
    def renaming(self) -> Renaming:
        return Renaming(names=self.names, values=self.values, levels=self.levels)

    def report(self, code: str, message: str, path: Path, help: str = "") -> None:
        """Note a fault."""
        self.findings.append(
            Finding(
                code=code,
                name=_CHECKS[code],
                severity="error",
                message=message,
                help=help,
                path=path,
            )
        )

    def go(self) -> None:
        """Match every section."""
        if self.old.id != self.new.id:
            said = f"`{self.new.id}` is another protocol than `{self.old.id}`."
            help = "a case goes on under another text of its own protocol"
            self.report("PK006", said, ("to",), help)
            return
        for section in SECTIONS:
            if section != "states":
                self._section(section, elements(self.old, section), elements(self.new, section))
        self._states()
        if not self.findings:
            self._compare()
        self._timers()

    def _section(self, section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        given = self.plan.names.get(section, EMPTY)
        self._known(section, given, old, new)
        found = self.names[section] = {}
        formerly = {getattr(one, "formerly", ""): name for name, one in new.items()}
        for name in old:
            if name in given:
                found[name] = "" if given[name] == DROP else given[name]
            elif name in new:
                found[name] = name
            elif name in formerly:
                found[name] = formerly[name]
            elif section == "follow_ups" and (again := self._again(name, new)):
                found[name] = again
            else:
                self._missing(section, name, new)

    def _again(self, name: str, new: Mapping[str, Any]) -> str:
        """The next date of a meeting that is held again and again goes with the meeting."""
        meeting, _, what = name.rpartition(".")
        again = f"{self.names['meetings'].get(meeting, '')}.{what}"
        return again if meeting and again in new else ""

    def _known(
        self, section: str, given: Mapping[str, str], old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        word = SECTIONS[section]
        for name, target in given.items():
            path = (section, name)
            if name not in old:
                said = f"The old text has no {word} `{name}`."
                self.report("PK101", said, path, did_you_mean(name, old))
            elif target != DROP and target not in new:
                said = f"The new text has no {word} `{target}`."
                self.report("PK101", said, path, did_you_mean(target, new))

    def _missing(self, section: str, name: str, new: Mapping[str, Any]) -> None:
        word = SECTIONS[section]
        known = did_you_mean(name, new) if new else "the new text has none"
        self.report(
            "PK005",
            f"The {word} `{name}` is not in the new text, and the plan does not say what becomes "
            "of it.",
            (section, name),
            f"add `{section}: {{{name}: ...}}` with its new name, or `{DROP}`; {known}",
        )

    # -- states ------------------------------------------------------------------------

    def _states(self) -> None:
        old, new = _states_of(self.old), _states_of(self.new)
        given = self._given_states(old, new)
        formerly = {
            state.formerly: f"{name}.{id}"
            for name, strand in self.new.strands.items()
            for id, state in strand.states.items()
            if state.formerly
        }
        found = self.names["states"] = {}
        for whole in old:
            state = whole.partition(".")[2]
            alike = [one for one in new if one.partition(".")[2] == state]
            if whole in given:
                found[whole] = given[whole]
            elif whole in new:
                found[whole] = whole
            elif len(alike) == 1:
                found[whole] = alike[0]
            elif state in formerly:
                found[whole] = formerly[state]
            else:
                known = dict.fromkeys(self._short(one, new) for one in new)
                self._missing("states", self._short(whole, old), known)
        self._strands(found)

    def _given_states(self, old: list[str], new: list[str]) -> dict[str, str]:
        """What the plan says of states, each with its strand."""
        given: dict[str, str] = {}
        for name, target in self.plan.names.get("states", EMPTY).items():
            whole = self._whole(name, old, "old", name)
            goal = "" if target == DROP else self._whole(target, new, "new", name)
            if whole is not None and goal is not None:
                given[whole] = goal
        return given

    def _whole(self, name: str, known: list[str], text: str, key: str) -> str | None:
        found = [one for one in known if name in (one, one.partition(".")[2])]
        if len(found) == 1:
            return found[0]
        short = [one.partition(".")[2] for one in known]
        said = f"The {text} text has no state `{name}`."
        help = did_you_mean(name, short)
        if found:
            said = f"The {text} text has several states `{name}`."
            help = f"write {' or '.join(f'`{one}`' for one in found)}"
        self.report("PK101", said, ("states", key), help)
        return None

    def _short(self, whole: str, known: list[str]) -> str:
        state = whole.partition(".")[2]
        return state if sum(one.partition(".")[2] == state for one in known) == 1 else whole

    def _strands(self, states: Mapping[str, str]) -> None:
        """Each strand goes on as the one that has its states, or not at all."""
        found = self.names["strands"] = {}
        for strand in self.old.strands:
            pairs = {whole: to for whole, to in states.items() if whole.partition(".")[0] == strand}
            goals = {to.partition(".")[0] for to in pairs.values() if to}
            if len(goals) > 1:
                said = f"The states of `{strand}` go to several strands: {_and(sorted(goals))}."
                help = "a case stands in one state of each strand, so they must stay together"
                self.report("PK006", said, ("states", next(iter(pairs)).partition(".")[2]), help)
            found[strand] = min(goals, default="")
        for goal in {one for one in found.values() if one}:
            together = [strand for strand, to in found.items() if to == goal]
            if len(together) > 1:
                said = f"The strands {_and(together)} cannot both go on as `{goal}`."
                help = f"map the states of one of them to `{DROP}`"
                self.report("PK006", said, ("states",), help)

    # -- what goes on must fit -----------------------------------------------------------

    def _compare(self) -> None:
        for section, compare in (
            ("facts", self._facts),
            ("follow_ups", self._follow_ups),
            ("escalations", self._escalations),
        ):
            before, after = elements(self.old, section), elements(self.new, section)
            for name, to in self.names[section].items():
                if to:
                    compare(name, before[name], to, after[to])
        self._scopes()
        for name, to in self.names["properties"].items():
            if to and self.old.properties[name].kind != self.new.properties[to].kind:
                self._other("properties", name, to, "of another kind")
        for name, to in self.names["links"].items():
            if to and self.old.links[name].protocol != self.new.links[to].protocol:
                self._other("links", name, to, "a hand-over to another protocol")
        self._stray("facts", self.plan.values, "choice")

    def _other(self, section: str, name: str, to: str, what: str) -> None:
        """Two things of one name, or of a name each, are not the same thing."""
        word = SECTIONS[section]
        said = f"The {word} `{name}` cannot go on as `{to}`: in the new text that is {what}."
        help = f"write `{section}: {{{name}: {DROP}}}`, or name another {word}"
        self.report("PK006", said, (section, name), help)

    def _scopes(self) -> None:
        """Cases and their programme keep each what is theirs."""
        old, new = _scopes_of(self.old), _scopes_of(self.new)
        for section in ("facts", "triggers", "meetings", "follow_ups", "escalations"):
            for name, to in self.names[section].items():
                if to and old[section].get(name) != new[section].get(to):
                    self._other(section, name, to, f"a matter of {_WHOSE[new[section][to]]}")

    def _facts(self, name: str, old: Fact, to: str, new: Fact) -> None:
        if old.type != new.type:
            self._other("facts", name, to, f"of the type {new.type}, not {old.type}")
        elif old.type == "choice":
            given = self.plan.values.get(name, EMPTY)
            found = self.values[name] = {}
            for value, goal in given.items():
                if value not in old.values:
                    said = f"`{name}` had no value `{value}`."
                    self.report("PK101", said, ("facts", name), did_you_mean(value, old.values))
                elif goal != DROP and goal not in new.values:
                    said = f"`{to}` has no value `{goal}` in the new text."
                    self.report("PK101", said, ("facts", name), did_you_mean(goal, new.values))
            for value in old.values:
                if value in given:
                    found[value] = "" if given[value] == DROP else given[value]
                elif value in new.values:
                    found[value] = value
                else:
                    self.report(
                        "PK005",
                        f"`{to}` has no value `{value}` in the new text, and the plan does not "
                        "say what becomes of it.",
                        ("facts", name),
                        f"add `values: {{{value}: ...}}` with one of {_and(new.values)}, "
                        f"or `{DROP}`",
                    )

    def _stray(self, section: str, given: Mapping[str, Any], what: str) -> None:
        """What is said of the values of a fact that has none."""
        for name in given:
            fact = self.old.facts.get(name)
            if fact is not None and (fact.type != what or not self.names[section].get(name)):
                self.report("PK006", f"`{name}` takes no `values` here.", (section, name))

    def _follow_ups(self, name: str, old: FollowUp, _to: str, new: FollowUp) -> None:
        before, after = rhythm(old), rhythm(new)
        if before != after and self.plan.policy(name) == KEEP:
            self.report(
                "PK006",
                f"The follow-up `{name}` cannot keep its time: it was owed {before} and is now "
                f"owed {after}.",
                ("follow_ups", name),
                f"say `timers: {{{name}: restart}}`, or `drop`",
            )

    def _escalations(self, name: str, old: Escalation, to: str, new: Escalation) -> None:
        before, after = old.watches, new.watches
        assert before is not None
        assert after is not None
        state = self._state_of(before.state)
        follow_ups = {self.names["follow_ups"][one] for one in before.follow_up} - {""}
        spans = before.from_ is not None, after.from_ is not None
        if state != after.state or not follow_ups <= {*after.follow_up} or len({*spans}) > 1:
            self._other("escalations", name, to, "one that watches something else")
            return
        self.levels[name] = self._levels(name, old, new)

    def _state_of(self, state: str) -> str:
        """The new name of a state that a ladder watches; names of one strand are no others'."""
        whole = f"{self.old.strand_of(state)}.{state}"
        return self.names["states"].get(whole, "").partition(".")[2] if state else ""

    def _levels(self, name: str, old: Escalation, new: Escalation) -> tuple[int, ...]:
        given = self.plan.levels.get(name, EMPTY)
        places = {str(number): number - 1 for number, _ in _numbered(new)}
        places |= {level.id: number - 1 for number, level in _numbered(new) if level.id}
        known = [level.id or str(number) for number, level in _numbered(old)]
        for level, goal in given.items():
            if level not in known:
                said = f"`{name}` had no level `{level}`."
                self.report("PK101", said, ("escalations", name), did_you_mean(level, known))
            elif goal != DROP and goal not in places:
                said = f"`{new.id}` has no level `{goal}` in the new text."
                self.report("PK101", said, ("escalations", name), did_you_mean(goal, places))
        found: list[int | None] = []
        for level in known:
            goal = given.get(level, level)
            found.append(None if goal == DROP else places.get(goal))
            if goal != DROP and goal not in places and level not in given:
                self.report(
                    "PK005",
                    f"`{new.id}` has no level `{level}` in the new text, and the plan does not "
                    "say what becomes of it.",
                    ("escalations", name),
                    f"add `levels: {{{level}: ...}}` with one of {_and(places)}, or `{DROP}`",
                )
        following = len(new.levels)
        for place in range(len(found) - 1, -1, -1):
            here = found[place]
            if here is not None and here >= following:
                said = f"The levels of `{name}` come in another order in the new text."
                self.report("PK006", said, ("escalations", name), "map each to one that keeps it")
            following = found[place] = following if here is None else here
        return tuple(one or 0 for one in found)

    def _timers(self) -> None:
        for section in ("follow_ups", "escalations"):
            for to in {to for to in self.names.get(section, {}).values() if to}:
                olds = [old for old, new in self.names[section].items() if new == to]
                if len({self.plan.policy(one) for one in olds}) > 1:
                    said = f"{_and(olds)} go on as `{to}`, so one word must hold for their time."
                    self.report("PK006", said, ("timers", olds[0]))
        known = {*self.names.get("follow_ups", ()), *self.names.get("escalations", ())}
        for name in self.plan.timers_of:
            if name not in known:
                said = f"The old text has no follow-up or escalation `{name}`."
                self.report("PK101", said, ("timers", name), did_you_mean(name, known))


_WHOSE = {"case": "single cases", "programme": "the whole programme"}


def elements(protocol: Protocol, section: str) -> dict[str, Any]:
    """Everything of a section, by name; those of exceptions stand with acts and meetings."""
    found: dict[str, Any]
    if section == "exceptions":
        found = {}
        for one in protocol.triggers.values():
            found.update(one.exceptions)
        for meeting in protocol.meetings.values():
            found.update(meeting.exceptions)
        return found
    found = dict(getattr(protocol, section))
    if section == "follow_ups":
        for meeting in protocol.meetings.values():
            if meeting.every is not None and not meeting.every.unspecified:
                found[f"{meeting.id}.again"] = FollowUp(every=meeting.every, scope=meeting.scope)
    return found


def rhythm(follow_up: FollowUp) -> str:
    """How often something is owed, in words."""
    every = follow_up.every
    if every is None or every.unspecified:
        return "once"
    return "so long after the last" if every.after_last else "again and again on fixed days"


def _numbered(escalation: Escalation) -> Iterator[tuple[int, Any]]:
    return iter(enumerate(escalation.levels, start=1))


def _states_of(protocol: Protocol) -> list[str]:
    return [
        f"{name}.{state}" for name, strand in protocol.strands.items() for state in strand.states
    ]


def _scopes_of(protocol: Protocol) -> dict[str, dict[str, str]]:
    happens = scopes_of_what_happens(protocol)
    found = {
        section: {name: one.scope for name, one in elements(protocol, section).items()}
        for section in ("facts", "triggers", "meetings", "follow_ups")
    }
    found["escalations"] = {
        name: scope_of_ladder(one, happens) for name, one in protocol.escalations.items()
    }
    return found


def _and(names: Any) -> str:
    *first, last = [f"`{name}`" for name in names] or [""]
    return f"{', '.join(first)} and {last}" if first else last
