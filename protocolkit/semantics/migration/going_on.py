"""A case goes on under another text: everything that it holds by name gets its new name.

A part of `Case`, which adds up and decides nothing: the change says what is called how from now
on. Imports the names, the changes and what a case holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from protocolkit.semantics import changes as ch
from protocolkit.semantics.held import Entry, Instance, MeetingRecord, MonitorState, Proposal, Run
from protocolkit.semantics.migration.names import Names

_T = TypeVar("_T")


def _renamed(held: Mapping[str, _T], name: Callable[[str], str]) -> dict[str, _T]:
    """What is held by name, under new names; what has none is left out."""
    return {new: value for old, value in held.items() if (new := name(old))}


class GoingOn:
    """A case as far as a migration touches it; what each part is says `Case`."""

    digest: str
    version: str
    states: dict[str, str]
    visits: dict[str, tuple[str, datetime]]
    stays: dict[str, list[tuple[datetime, str]]]
    facts: dict[str, list[Entry]]
    occurrences: list[ch.Happened]
    by_name: dict[tuple[str, str], list[ch.Happened]]
    holders: dict[str, str]
    meetings: dict[str, MeetingRecord]
    instances: dict[str, Instance]
    open: dict[str, Instance]
    latest: dict[str, Instance]
    counts: dict[str, int]
    met_with: set[tuple[str, int]]
    deferred: dict[tuple[str, int, str, datetime], ch.Deferred]
    series: dict[str, ch.NextPeriod]
    runs: dict[str, Run]
    stopped: dict[tuple[str, str], Run]
    levels: list[ch.LevelReached]
    told: list[ch.Told]
    handed: dict[str, list[str]]
    left_out: list[ch.LeftOut]
    proposals: dict[str, Proposal]
    offers: dict[tuple[str, int], ch.Offered]
    handed_over: list[ch.HandedOver]
    void_occurrences: set[int]
    closures: dict[str, tuple[str, ...]]
    watched: dict[str, bool]
    monitors: dict[str, MonitorState]

    def go_on(self, change: ch.Migrated) -> None:
        """Another text holds from now on: everything that has a name gets its new one, and what
        has none there is left behind; the record keeps it.
        """
        self.digest = change.digest
        self.version = change.version
        if not (change.names or change.values or change.instances):
            return
        names = Names(change)
        self._rename_course(names)
        self._rename_people(names)
        self._rename_ladders(names)  # while follow-ups have the ids that ladders know them by
        self._rename_what_happened(names)
        self._rename_what_is_owed(names)

    def _rename_course(self, names: Names) -> None:
        strands = {strand: names.of("strands", strand) for strand in self.states}
        self.stays = {
            strands[strand]: [(at, names.state(strand, state)) for at, state in stays]
            for strand, stays in self.stays.items()
            if strands[strand]
        }
        self.visits = {
            strands[strand]: (names.visit(visit), at)
            for strand, (visit, at) in self.visits.items()
            if strands[strand]
        }
        self.states = {
            strands[strand]: names.state(strand, state)
            for strand, state in self.states.items()
            if strands[strand]
        }
        self.monitors = _renamed(self.monitors, lambda name: names.of("properties", name))
        closed: dict[str, set[str]] = {}
        for calendar, days in self.closures.items():
            closed.setdefault(names.of("calendars", calendar), set()).update(days)
        self.closures = {name: tuple(sorted(days)) for name, days in closed.items() if name}

    def _rename_people(self, names: Names) -> None:
        def role(name: str) -> str:
            return names.of("roles", name) or name

        self.holders = _renamed(self.holders, lambda name: names.of("roles", name))
        facts: dict[str, list[Entry]] = {}
        for fact, entries in self.facts.items():
            for entry in entries:
                entry.role = role(entry.role)
                value = names.value(fact, entry.value)
                entry.void = entry.void or value is None
                entry.value = entry.value if value is None else value
            facts.setdefault(names.of("facts", fact), []).extend(entries)
        facts.pop("", None)
        for entries in facts.values():
            entries.sort(key=lambda entry: entry.recorded_at)
        self.facts = facts
        for meeting in self.meetings.values():
            meeting.name = names.of("meetings", meeting.name)
            meeting.attended = {who: role(seat) for who, seat in meeting.attended.items()}
        self.meetings = {id: meeting for id, meeting in self.meetings.items() if meeting.name}
        for proposal in self.proposals.values():
            proposal.trigger = names.signed(proposal.trigger)
            proposal.signatures = [
                one.replace(trigger=proposal.trigger, role=names.holder(one.role))
                for one in proposal.signatures
            ]
        self.proposals = {one.trigger: one for one in self.proposals.values()}

    def _rename_ladders(self, names: Names) -> None:
        def of(watched: str) -> str:
            return names.watched(watched, self.instances)

        for run in (*self.runs.values(), *self.stopped.values()):
            run.id = names.numbered("escalations", run.id)
            run.escalation = names.of("escalations", run.escalation)
            run.of = of(run.of)
        self.runs = {run.id: run for run in self.runs.values() if run.id}
        self.stopped = {(run.escalation, run.of): run for run in self.stopped.values() if run.id}
        self.levels = [
            one.replace(run=names.numbered("escalations", one.run) or one.run)
            for one in self.levels
        ]
        self.told = [
            one.replace(role=names.of("roles", one.role) or one.role, about=names.about(one.about))
            for one in self.told
        ]
        self.handed = {
            of(watched): [new for one in roles if (new := names.of("roles", one))]
            for watched, roles in self.handed.items()
            if of(watched)
        }

    def _rename_what_happened(self, names: Names) -> None:
        self.occurrences = [names.occurrence(one, self.instances) for one in self.occurrences]
        self.by_name = {}
        for one in self.occurrences:
            if one.name and one.number not in self.void_occurrences:
                self.by_name.setdefault((one.name, one.event), []).append(one)
        self.handed_over = [
            one.replace(link=names.of("links", one.link) or one.link) for one in self.handed_over
        ]
        offers = [
            one.replace(link=link)
            for one in self.offers.values()
            if (link := names.of("links", one.link))
        ]
        self.offers = {(one.link, one.opener): one for one in offers}

    def _rename_what_is_owed(self, names: Names) -> None:
        def new(follow_up: str) -> str:
            return names.of("follow_ups", follow_up)

        for instance in self.instances.values():
            instance.id = names.instance(instance.id)
            instance.follow_up = new(instance.follow_up)
            instance.visit = instance.visit and names.visit(instance.visit)
            instance.item = names.holder(instance.item)
            instance.holder = names.holder(instance.holder)
            instance.meeting = instance.meeting if instance.meeting in self.meetings else ""
            instance.done = {
                names.holder(item): done.replace(
                    instance=instance.id,
                    item=names.holder(item),
                    role=names.of("roles", done.role) or done.role,
                )
                for item, done in instance.done.items()
            }
        self.instances = {one.id: one for one in self.instances.values() if one.id}
        self.open = {one.id: one for one in self.open.values() if one.id}
        order = {id: number for number, id in enumerate(self.instances)}
        latest = [one for one in self.latest.values() if one.id]
        latest.sort(key=lambda one: (one.opened_at, order[one.id]))
        self.latest = {one.follow_up: one for one in latest}
        counts: dict[str, int] = {}
        for name, number in self.counts.items():
            kept = new(name) or name  # a number that was given once is not given again
            counts[kept] = counts.get(kept, 0) + number
        self.counts = counts
        self.met_with = {(new(name), number) for name, number in self.met_with if new(name)}
        waiting = [
            one.replace(follow_up=new(one.follow_up), visit=one.visit and names.visit(one.visit))
            for one in self.deferred.values()
            if new(one.follow_up)
        ]
        self.deferred = {(one.follow_up, one.opener, one.visit, one.at): one for one in waiting}
        series = [
            one.replace(
                series=names.numbered("follow_ups", one.series),
                follow_up=new(one.follow_up),
                visit=one.visit and names.visit(one.visit),
            )
            for one in self.series.values()
            if new(one.follow_up)
        ]
        self.series = {one.series: one for one in series}
        self.left_out = [
            one.replace(follow_up=new(one.follow_up), item=names.holder(one.item))
            for one in self.left_out
            if new(one.follow_up)
        ]
        watched: dict[str, bool] = {}
        for watch, value in self.watched.items():
            follow_up, _, does = watch.rpartition(".")
            if name := new(follow_up):
                watched[f"{name}.{does}"] = watched.get(f"{name}.{does}", False) or value
        self.watched = watched
