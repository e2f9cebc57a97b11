"""Compares what a scenario expects with where a case stands, in words for both.

Imports the form, results, times and semantics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from protocolkit.ground.findings import Place
from protocolkit.model.case import FollowUp
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios.form import Expect, Owing, Said, Step
from protocolkit.scenarios.results import Difference
from protocolkit.scenarios.shapes import NO_DATE, NOBODY, NONE, PAUSED, UNKNOWN
from protocolkit.scenarios.times import shown
from protocolkit.scenarios.values import plain
from protocolkit.semantics.answers import Owed, Standing
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.shares import holder_id, is_vacant, missing_holders, missing_parts


def compare(
    step: Step, standing: Standing, events: Sequence[Event], protocol: Protocol, zone: str
) -> list[Difference]:
    """Every difference between what a step expects and a case with these events.

    `zone` is the one that times are shown in.
    """
    assert step.expect is not None
    case = replay(standing.id, events)
    return list(_Comparison(step.expect, step.place, standing, case, protocol, zone).all())


class _Comparison:
    def __init__(
        self,
        expect: Expect,
        place: Place,
        standing: Standing,
        case: Case,
        protocol: Protocol,
        zone: str,
    ) -> None:
        self.expect = expect
        self.place = place
        self.standing = standing
        self.case = case
        self.protocol = protocol
        self.zone = zone

    def all(self) -> Iterator[Difference]:
        expect, standing = self.expect, self.standing
        for strand, said in expect.states.items():
            yield from self.value(f"state of `{strand}`", said, standing.states.get(strand, NONE))
        for fact, said in expect.facts.items():
            yield from self.value(f"fact `{fact}`", said, standing.facts.get(fact, UNKNOWN))
        for role, said in expect.holders.items():
            yield from self.value(f"holder of `{role}`", said, standing.holders.get(role, NOBODY))
        verdicts = {one.property: one.verdict for one in standing.properties}
        for name, said in expect.properties.items():
            yield from self.value(f"property `{name}`", said, verdicts.get(name, NONE))
        if expect.closed is not None:
            yield from self.value("closed", expect.closed, standing.is_closed)
        if expect.version is not None:
            yield from self.value("version", expect.version, self.protocol.version or NONE)
        if expect.undecided is not None:
            waiting = sorted(one.follow_up for one in standing.undecided)
            named = expect.undecided.replace(value=tuple(sorted(expect.undecided.value)))
            yield from self.value("undecided", named, tuple(waiting))
        yield from self.open()
        for name, said in expect.ended.items():
            yield from self.ended(name, said.value)
        for name, said in expect.meetings.items():
            yield from self.meeting(name, said.value)
        for name, said in expect.sign_offs.items():
            yield from self.sign_offs(name, said)
        for name, said in expect.links.items():
            yield from self.link(name, said.value)
        yield from self.lists()

    def lists(self) -> Iterator[Difference]:
        """What came since the start, in order."""
        expect, case = self.expect, self.case
        if expect.told is not None:
            told = [{"role": one.role, "person": one.person, "at": one.at} for one in case.told]
            yield from self.listed("told", "role", expect.told, told)
        if expect.levels is not None:
            levels = [
                {"level": f"{one.run.rpartition('/')[0]}.{one.id or one.level + 1}", "at": one.at}
                for one in case.levels
                if not one.skipped
            ]
            yield from self.listed("levels", "level", expect.levels, levels)
        if expect.left_out is not None:
            left_out = tuple(f"{one.follow_up}/{one.item}" for one in case.left_out)
            yield from self.value("left out", expect.left_out, left_out)

    # -- follow-ups --------------------------------------------------------------------

    def open(self) -> Iterator[Difference]:
        left = {owed.instance: owed for owed in self.standing.open}
        for owing in sorted(self.expect.open, key=lambda one: "/" not in one.name):
            found = [
                owed
                for owed in left.values()
                if owing.name in self.names_of(self.case.instances[owed.instance])
            ]
            found.sort(key=lambda owed: int(owed.instance.rpartition("/")[2]))
            for owed in found:
                del left[owed.instance]
            if len(found) != len(owing.each):
                yield self.number(owing, found)
                continue
            for fields, owed in zip(owing.each, found, strict=True):
                for key, said in fields.items():
                    about = f"{key} of `{owing.name if len(found) == 1 else owed.instance}`"
                    yield from self.value(about, said, self.of_owed(key, owed))
        for owed in left.values():
            yield Difference(
                place=self.place,
                about=self.shown(owed),
                expected="it not open",
                found=f"{owed.status} since {self.text(owed.opened_at)}, "
                f"due {self.text(self.of_owed('due', owed))}",
            )

    def names_of(self, instance: Instance) -> Iterator[str]:
        """How a scenario may name an instance."""
        yield instance.id
        yield instance.follow_up
        for item in (instance.item, instance.holder):
            if item:
                yield f"{instance.follow_up}/{item}"

    def shown(self, owed: Owed) -> str:
        """An open follow-up by its id, and for whom it is."""
        instance = self.case.instances[owed.instance]
        whom = " and ".join(f"`{name}`" for name in (instance.item, instance.holder) if name)
        return f"`{owed.instance}`" + (f" for {whom}" if whom else "")

    def number(self, owing: Owing, found: list[Owed]) -> Difference:
        """Another number of instances is open than is said."""
        names = ", ".join(self.shown(owed) for owed in found)
        said = names or self.how_it_ended(owing.name)
        if len(found) > 1 and len(owing.each) == 1:
            said += "; write a list, or name one of them"
        expected = "it open" if len(owing.each) == 1 else f"{len(owing.each)} of them open"
        return Difference(place=owing.place, about=f"`{owing.name}`", expected=expected, found=said)

    def how_it_ended(self, name: str) -> str:
        """What became of a follow-up that is not open."""
        found = self.instances(name)
        if not found:
            return "never opened"
        last = found[-1]
        because = f" ({last.because})" if last.because else ""
        return f"{last.shown_status}{because} on {self.text(last.ended_at)}"

    def instances(self, name: str) -> list[Instance]:
        """Every instance of a follow-up, or the one named, in the order of opening."""
        return [one for one in self.case.instances.values() if name in self.names_of(one)]

    def of_owed(self, key: str, owed: Owed) -> Any:
        """What is so of an open follow-up, in the words of a scenario."""
        instance = self.case.instances[owed.instance]
        follow_up = self.protocol.follow_ups.get(owed.follow_up)
        match key:
            case "who":
                return frozenset(self.who_owes(owed, follow_up))
            case "owed_to" if follow_up is not None and "owed_to" in follow_up.unspecified:
                return NO_DATE[0]
            case "owed_to":
                roles = self.protocol.roles.values()
                return next((one.id for one in roles if one.name == owed.owed_to), owed.owed_to)
            case "opened":
                return owed.opened_at
            case "aim" | "due" | "outer" if key in (instance.left or ()):
                return PAUSED
            case "due" if owed.due is None:
                return NO_DATE[owed.limit_stated]
            case "aim" | "due" | "outer":
                return getattr(owed, key) or NO_DATE[0]
            case "item" | "holder":
                return getattr(instance, key) or NOBODY
            case "paused":
                return instance.is_paused
            case "missing" if follow_up is not None:
                missing = missing_holders(follow_up, instance) + missing_parts(follow_up, instance)
                return frozenset(missing)
            case "vacant" if follow_up is not None:
                return is_vacant(self.protocol, self.case, follow_up, instance)
            case _:
                return owed.status

    def who_owes(self, owed: Owed, follow_up: FollowUp | None) -> tuple[str, ...]:
        """The roles; the persons, where only what they did says who; what the rule leaves open."""
        by_act = follow_up is not None and follow_up.who is not None and follow_up.who.holders
        return owed.roles or owed.persons or (NOBODY if by_act else NO_DATE[0],)

    def ended(self, name: str, fields: Mapping[str, Said]) -> Iterator[Difference]:
        """How the last instance of a follow-up ended, or the one named."""
        found = self.instances(name)
        last = found[-1] if found else None
        for key, said in fields.items():
            so: Any = "never opened"
            if last is not None:
                match key:
                    case "status":
                        so = last.shown_status
                    case "at":
                        so = last.ended_at or last.shown_status
                    case _:
                        so = getattr(last, key)
            yield from self.value(f"{key} of `{name}`", said, so)

    def meeting(self, name: str, fields: Mapping[str, Said]) -> Iterator[Difference]:
        meeting = next((one for one in self.standing.meetings if one.id == name), None)
        for key, said in fields.items():
            so: Any = "never set"
            if meeting is not None:
                match key:
                    case "for":
                        so = meeting.planned_at
                    case "attended":
                        so = dict(meeting.attended)
                    case _:
                        so = meeting.status
            yield from self.value(f"{key} of meeting `{name}`", said, so)

    # -- agreement and hand-over ------------------------------------------------------

    def sign_offs(self, name: str, said: Said) -> Iterator[Difference]:
        """Who has agreed to an act, and who is missing."""
        joint = joint_act(self.protocol.triggers[name])
        proposal = self.case.proposals.get(name)
        signed = [one.role for one in proposal.signatures if one.role] if proposal else []
        if proposal is None or joint is None:
            so: dict[str, Any] = dict.fromkeys(("signed", "missing", "status"), NONE)
        else:
            missing = frozenset(holder_id(one) for one in joint.missing(signed))
            so = {"signed": frozenset(signed), "missing": missing, "status": "waiting"}
        for key, one in said.value.items():
            yield from self.value(f"{key} for `{name}`", one, so[key])

    def link(self, name: str, fields: Mapping[str, Said]) -> Iterator[Difference]:
        """How a hand-over stands: the last offer of it."""
        so: dict[str, Any] = dict.fromkeys(("status", "at", "case"), NONE)
        over = [one for one in self.case.handed_over if one.link == name]
        open_now = [one for one in self.case.offers.values() if one.link == name]
        if open_now:
            so |= {"status": "offered", "at": open_now[-1].at}
        elif over:
            to = over[-1].to
            status = "accepted" if to else "declined"
            so = {"status": status, "at": over[-1].at, "case": to or NONE}
        for key, said in fields.items():
            yield from self.value(f"{key} of hand-over `{name}`", said, so[key])

    # -- values ------------------------------------------------------------------------

    def value(self, about: str, said: Said, found: Any) -> Iterator[Difference]:
        expected = said.value
        if isinstance(found, frozenset):
            expected = frozenset(expected)
        elif isinstance(expected, Mapping):
            expected = plain(expected)
        if expected != found:
            yield Difference(
                place=said.place,
                about=about,
                expected=self.text(expected),
                found=self.text(found),
            )

    def listed(
        self, about: str, word: str, said: Said, found: list[dict[str, Any]]
    ) -> Iterator[Difference]:
        """A whole list in order; of each item only what is said is compared."""
        expected = [plain(item) for item in said.value]
        fits = len(expected) == len(found) and all(
            all(value == _got(got, key) for key, value in item.items())
            for item, got in zip(expected, found, strict=True)
        )
        if not fits:
            with_time = any("at" in item for item in expected)
            shown_items = [
                {word: _got(got, word)} | ({"at": got["at"]} if with_time else {}) for got in found
            ]
            yield Difference(
                place=said.place,
                about=about,
                expected=self.text(expected),
                found=self.text(shown_items),
            )

    def text(self, value: Any) -> str:
        """A value as a scenario writes it."""
        if isinstance(value, datetime):
            return shown(value, self.zone)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, frozenset):
            return " and ".join(sorted(value)) or "nobody"
        if isinstance(value, Mapping):
            return " ".join(
                self.text(one) if key != "at" else f"at {self.text(one)}"
                for key, one in value.items()
            )
        if isinstance(value, list | tuple):
            return ", ".join(self.text(one) for one in value) or "nobody"
        return str(value)


def _got(found: Mapping[str, Any], key: str) -> Any:
    """A notice to no role goes to a person, who is then named in the role's place."""
    return found[key] or found.get("person", "") if key == "role" else found[key]
