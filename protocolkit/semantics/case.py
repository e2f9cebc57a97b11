"""A case: the fold of its changes.

`Case.apply` is the only thing that alters a case, and it decides nothing: it adds up. Imports
the changes and the view of the programme.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.semantics import changes as ch
from protocolkit.semantics.changes import Change, Happened
from protocolkit.semantics.held import (
    Entry,
    Instance,
    MeetingRecord,
    MonitorState,
    Proposal,
    Run,
)
from protocolkit.semantics.migration.going_on import GoingOn
from protocolkit.semantics.programme import UNSEEN, Programme

__all__ = ["Case", "Entry", "Instance", "MeetingRecord", "MonitorState", "Proposal", "Run"]


_UNTOUCHED = MonitorState()


class Case(GoingOn):
    """Where one case stands and how it came there.

    `recorded_at` is the instant of the last event: nothing is recorded before it. `voided` has
    the entries that were made in error, `voided_in` the ones that say so. `programme` is
    what it can see beside itself, `programme_seen` the last entry there that an event has read.
    `closed_with` is the number of the last occurrence before it was closed; `monitors` has the
    properties that something has touched.
    """

    programme: Programme = UNSEEN

    def __init__(self, id: str) -> None:
        self.id = id
        self.protocol = ""
        self.version = ""
        self.digest = ""
        self.scope = "case"
        self.linked_from = ""
        self.programme_seen = 0
        self.opened_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.closed_with: int | None = None
        self.recorded_at: datetime | None = None
        self.events = 0
        self.states: dict[str, str] = {}
        self.visits: dict[str, tuple[str, datetime]] = {}
        self.visit_count = 0
        self.stays: dict[str, list[tuple[datetime, str]]] = {}
        self.facts: dict[str, list[Entry]] = {}
        self.occurrences: list[Happened] = []
        self.by_name: dict[tuple[str, str], list[Happened]] = {}
        self.holders: dict[str, str] = {}
        self.meetings: dict[str, MeetingRecord] = {}
        self.instances: dict[str, Instance] = {}
        self.open: dict[str, Instance] = {}
        self.latest: dict[str, Instance] = {}
        self.counts: dict[str, int] = {}
        self.met_with: set[tuple[str, int]] = set()
        self.deferred: dict[tuple[str, int, str, datetime], ch.Deferred] = {}
        self.series: dict[str, ch.NextPeriod] = {}
        self.series_count = 0
        self.runs: dict[str, Run] = {}
        self.run_count = 0
        self.stopped: dict[tuple[str, str], Run] = {}
        self.levels: list[ch.LevelReached] = []
        self.told: list[ch.Told] = []
        self.handed: dict[str, list[str]] = {}
        self.left_out: list[ch.LeftOut] = []
        self.proposals: dict[str, Proposal] = {}
        self.offers: dict[tuple[str, int], ch.Offered] = {}
        self.handed_over: list[ch.HandedOver] = []
        self.voided: dict[int, ch.Voided] = {}
        self.voided_in: dict[int, int] = {}
        self.void_occurrences: set[int] = set()
        self.closures: dict[str, tuple[str, ...]] = {}
        self.watched: dict[str, bool] = {}
        self.monitors: dict[str, MonitorState] = {}
        self.wake_at: datetime | None = None
        self.wake_past = False

    @property
    def is_closed(self) -> bool:
        """Whether every strand has come to a final state."""
        return self.closed_at is not None

    def occurrence(self, number: int) -> Happened | None:
        """The occurrence with a number, 1 for the first."""
        return self.occurrences[number - 1] if 0 < number <= len(self.occurrences) else None

    def last(self, name: str, event: str = "") -> Happened | None:
        """The last of these to have happened, by when it happened."""
        found = self.by_name.get((name, event))
        return max(found, key=lambda one: (one.at, one.number)) if found else None

    def first(self, name: str, event: str = "") -> Happened | None:
        """The first of these to have happened."""
        found = self.by_name.get((name, event))
        return min(found, key=lambda one: (one.at, one.number)) if found else None

    def value(self, fact: str, at: datetime | None = None) -> Entry | None:
        """What is known of a fact: the value in force at an instant (None: now), as known now.

        For an instant before the first value, that first value: whoever records a fact after
        an occurrence says how things were (ruling 3).
        """
        entries = [entry for entry in self.facts.get(fact, ()) if not entry.void]
        if not entries:
            return None
        if at is None:
            return max(enumerate(entries), key=lambda pair: (pair[1].at, pair[0]))[1]
        before = [(entry.at, n, entry) for n, entry in enumerate(entries) if entry.at <= at]
        if before:
            return max(before, key=lambda item: item[:2])[2]
        return min(enumerate(entries), key=lambda pair: (pair[1].at, pair[0]))[1]

    def state(self, strand: str, at: datetime | None = None) -> str:
        """The state of a strand, now or at an instant: of the moves that had happened by
        then, the one recorded last.
        """
        if at is None:
            return self.states[strand]
        stays = self.stays[strand]
        return next((state for since, state in reversed(stays) if since <= at), stays[0][1])

    def _forget(self, numbers: Iterable[int]) -> None:
        """Occurrences that do not count any more; their numbers are not used again."""
        for number in numbers:
            one = self.occurrences[number - 1]
            if number not in self.void_occurrences:
                self.by_name[one.name, one.event].remove(one)
                self.void_occurrences.add(number)

    def _unmeet(self, instance: Instance) -> None:
        """What did an instance, or a share in it, is free to do another one."""
        for number in (instance.ended_by, *(one.by for one in instance.done.values())):
            self.met_with.discard((instance.follow_up, number))

    def _find_latest(self, follow_up: str) -> None:
        """The last opened of those that count."""
        self.latest.pop(follow_up, None)
        for instance in self.instances.values():
            if instance.follow_up == follow_up and not instance.void:
                self.latest[follow_up] = instance

    def apply(self, change: Change, recorded_at: datetime) -> None:
        """Add one change of an event that was recorded at an instant."""
        match change:
            case ch.CaseOpened():
                self.protocol = change.protocol
                self.version = change.version
                self.digest = change.digest
                self.scope = change.scope
                self.linked_from = change.linked_from
                self.opened_at = change.at
            case ch.Happened():
                if change.number <= len(self.occurrences):  # it is told otherwise, or again
                    self._forget((change.number,))
                    self.occurrences[change.number - 1] = change
                    self.void_occurrences.discard(change.number)
                else:
                    self.occurrences.append(change)
                self.by_name.setdefault((change.name, change.event), []).append(change)
            case ch.Recorded():
                entry = Entry(change.value, change.at, recorded_at, change.by, change.role)
                self.facts.setdefault(change.fact, []).append(entry)
            case ch.Assigned():
                if change.person:
                    self.holders[change.role] = change.person
                else:
                    self.holders.pop(change.role, None)
            case ch.Moved():
                self.visit_count += 1
                self.states[change.strand] = change.to
                visit = f"{change.strand}.{change.to}/{self.visit_count}"
                left = self.visits.get(change.strand)
                if left is not None:
                    self.handed.pop(left[0], None)
                self.visits[change.strand] = (visit, change.at)
                self.stays.setdefault(change.strand, []).append((change.at, change.to))
            case ch.MeetingSet():
                held = self.meetings.get(change.meeting)
                if held is None:
                    self.meetings[change.meeting] = MeetingRecord(change)
                else:
                    held.planned_at = change.planned_at
                    held.status = "set"
                    held.attended = {}
            case ch.MeetingEnded():
                meeting = self.meetings[change.meeting]
                meeting.status = change.status
                # In the order in which the record keeps them: read again, a case is the same.
                meeting.attended = dict(sorted(change.attended.items()))
            case ch.Opened():
                instance = Instance(change, recorded_at)
                self.instances[instance.id] = instance
                self.open[instance.id] = instance
                self.latest[instance.follow_up] = instance
                self.counts[instance.follow_up] = self.counts.get(instance.follow_up, 0) + 1
            case ch.LeftOut():
                self.left_out.append(change)
            case ch.Done():
                instance = self.instances[change.instance]
                instance.done[change.item] = change
                if change.by:
                    self.met_with.add((instance.follow_up, change.by))
            case ch.Paused():
                instance = self.instances[change.instance]
                instance.left = dict(change.left)
                for name in change.left:
                    setattr(instance, name, None)
            case ch.Reopened():
                instance = self.instances[change.instance]
                self._unmeet(instance)
                if instance.void:
                    instance.void = False
                    self._find_latest(instance.follow_up)
                instance.status = "open"
                instance.done = {}
                instance.left = None
                instance.ended_at = None
                instance.ended_by = 0
                instance.late = False
                instance.because = ""
                instance.fixed_at = recorded_at
                self.open[instance.id] = instance
            case ch.Redated():
                instance = self.instances[change.instance]
                instance.left = None
                instance.anchor_at = change.anchor_at
                instance.aim = change.aim
                instance.due = change.due
                instance.outer = change.outer
                instance.end_of_day = change.end_of_day
                kept = "" if change.untied else instance.meeting
                instance.meeting = change.meeting or kept
                instance.opened_at = change.opened_at or instance.opened_at
                instance.fixed_at = recorded_at
                if instance.status == "overdue" and (
                    change.due is None or change.due >= recorded_at
                ):
                    instance.status = "open"  # a spell of lateness ends (ruling 8)
            case ch.Overdue():
                instance = self.instances[change.instance]
                instance.status = "overdue"
                instance.overdue_at = change.at
            case ch.Ended():
                instance = self.instances[change.instance]
                if instance.ended_by != change.by:  # it was done sooner than was known
                    self.met_with.discard((instance.follow_up, instance.ended_by))
                instance.status = change.status
                instance.late = change.late
                instance.ended_at = change.at
                instance.ended_by = change.by
                instance.because = change.because
                if change.by:
                    self.met_with.add((instance.follow_up, change.by))
                self.open.pop(instance.id, None)
                self.handed.pop(instance.id, None)
            case ch.Deferred():
                self.deferred[change.follow_up, change.opener, change.visit, change.at] = change
            case ch.Settled():
                self.deferred.pop((change.follow_up, change.opener, change.visit, change.at), None)
            case ch.NextPeriod():
                if change.period == 0:
                    self.series.pop(change.series, None)
                else:
                    self.series_count += change.series not in self.series
                    self.series[change.series] = change
            case ch.LadderStarted():
                self.run_count += 1
                self.runs[change.run] = Run(change)
            case ch.LadderDated():
                run = self.runs[change.run]
                run.level = change.level
                run.next_at = change.next_at
                run.end_of_day = change.end_of_day
                run.fixed_at = change.fixed_at
            case ch.LevelReached():
                self.levels.append(change)
            case ch.LadderStopped():
                stopped = self.runs.pop(change.run, None)
                if stopped is not None:
                    self.stopped[stopped.escalation, stopped.of] = stopped
            case ch.Told():
                self.told.append(change)
            case ch.Handed():
                self.handed.setdefault(change.of, []).append(change.role)
            case ch.Judged():
                self.watched[change.watch] = change.value
            case ch.PropertyJudged():
                state = MonitorState(verdict=change.verdict, state=change.state, due=change.due)
                if state == _UNTOUCHED:
                    self.monitors.pop(change.property, None)
                else:
                    self.monitors[change.property] = state
            case ch.Wake():
                self.wake_at = change.at
                self.wake_past = change.past
            case ch.Signed():
                proposal = self.proposals.get(change.trigger)
                if proposal is None:
                    proposal = Proposal(change.trigger, change.content)
                    self.proposals[change.trigger] = proposal
                proposal.signatures.append(change)
            case ch.ProposalEnded():
                self.proposals.pop(change.trigger, None)
            case ch.Offered():
                self.offers[change.link, change.opener] = change
            case ch.HandedOver():
                self.offers.pop((change.link, change.opener), None)
                self.handed_over.append(change)
            case ch.Voided():
                self.voided[change.entry] = change
                self.voided_in[change.entry] = self.events + 1
                self._forget(change.occurrences)
            case ch.NeverHappened():
                self._forget(change.occurrences)
            case ch.Withdrawn():
                instance = self.instances[change.instance]
                instance.void = True
                self._unmeet(instance)
                self._find_latest(instance.follow_up)
            case ch.LastOpened():
                instance = self.instances[change.instance]
                self.latest[instance.follow_up] = instance
            case ch.FactCorrected():
                entry = self.facts[change.fact][change.number]
                entry.corrected_in = self.events + 1
                if change.value is None:
                    entry.void = True
                else:
                    entry.value = change.value
            case ch.DaysClosed():
                known = self.closures.get(change.calendar, ())
                self.closures[change.calendar] = tuple(sorted({*known, *change.days}))
            case ch.Migrated():
                self.go_on(change)
            case ch.ReasonGiven():
                pass  # a refusal changes nothing but the record
            case ch.CaseClosed():
                self.closed_at = change.at
                self.closed_with = len(self.occurrences)
            case ch.CaseReopened():
                self.closed_at = None
                self.closed_with = None
            case _:
                raise ProtocolkitError(f"a case cannot take a change of kind {change.kind!r}")
