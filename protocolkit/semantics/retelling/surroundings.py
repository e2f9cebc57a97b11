"""What stands beside the follow-ups of a case, put right: meetings, what waits, rhythms, people.

Each is put right where the story as told so far and the story without an error differ. Imports
the retelling and the step.
"""

from __future__ import annotations

from protocolkit.ground.limits import Moment
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.effects import Start
from protocolkit.semantics.retelling.register import Register
from protocolkit.semantics.retelling.retelling import Retelling
from protocolkit.semantics.stepping.step import Step


class Surroundings:
    """One error put right in a step. `known` names what is in the case, `was` is its story as
    told so far, `now` without the error; `because` is what is said of what ends or opens.
    `instances` and `occurrences` are the ids and numbers here of what has a name in all.
    """

    def __init__(
        self, step: Step, known: Register, was: Retelling, now: Retelling, because: str
    ) -> None:
        self.step = step
        self.case: Case = step.case
        self.known = known
        self.was = was
        self.told = now
        self.because = because
        self.instances = dict(known.instances)
        self.occurrences = dict(known.occurrences)

    def put_surroundings_right(self) -> None:
        """Everything but what happened, what is owed and what watches that."""
        self._put_meetings_right()
        self._put_waiting_right()
        self._put_series_right()
        self._put_people_right()
        self._put_closing_right()

    def _put_closing_right(self) -> None:
        """A case that facts have closed, or would have."""
        was, now = self.was.case, self.told.case
        if now.closed_at is not None and not was.is_closed and not self.case.is_closed:
            self.step.do(ch.CaseClosed(at=now.closed_at))
            for run in list(self.case.runs.values()):
                if run.of not in self.case.open:
                    self.step.stop(run)
        elif was.is_closed and not now.is_closed and self.case.is_closed:
            self.step.do(ch.CaseReopened())
            for strand, (visit, since) in self.case.visits.items():
                for effect in self.step.program.entering.get(
                    (strand, self.case.states[strand]), ()
                ):
                    if isinstance(effect, Start):
                        self.step.start(effect.escalation, visit, Moment(at=since))

    def number(self, told: int) -> int:
        """The number here of what has another one in the story."""
        name = self.told.register.name_of.get(told)
        return self.occurrences.get(name, 0) if name else 0

    def _put_meetings_right(self) -> None:
        was, now = self.was.case.meetings, self.told.case.meetings
        for id_, before in was.items():
            after = now.get(id_)
            if after is None:
                self.step.do(ch.MeetingEnded(meeting=id_, status="void"))
                continue
            if (before.planned_at, before.status, before.attended) == (
                after.planned_at,
                after.status,
                after.attended,
            ):
                continue
            planned = after.planned_at
            self.step.do(ch.MeetingSet(meeting=id_, name=after.name, planned_at=planned))
            if after.status != "set":
                self.step.do(
                    ch.MeetingEnded(meeting=id_, status=after.status, attended=after.attended)
                )

    def _put_waiting_right(self) -> None:
        """Openings that wait for a fact, and hand-overs that are on offer."""
        was = {_waits(one, self.was.register): one for one in self.was.case.deferred.values()}
        now = {_waits(one, self.told.register): one for one in self.told.case.deferred.values()}
        here = {_waits(one, self.known): one for one in self.case.deferred.values()}
        for name in was:
            if name not in now and name in here:
                self.step.settled(here[name])
        for name, waiting in now.items():
            stands = not waiting.opener or self.number(waiting.opener)
            if name not in was and name not in here and stands:
                self.step.do(waiting.replace(opener=self.number(waiting.opener)))
        offered = {
            (link, self.was.register.name_of.get(number)) for link, number in self.was.case.offers
        }
        on_offer = {
            (link, self.told.register.name_of.get(number)): offer
            for (link, number), offer in self.told.case.offers.items()
        }
        for (link, number), offer in list(self.case.offers.items()):
            name = (link, self.known.name_of.get(number))
            if name in offered and name not in on_offer:
                self.step.do(ch.HandedOver(link=link, opener=offer.opener, at=self.step.now))
        for name, offer in on_offer.items():
            if name not in offered and self.number(offer.opener):
                self.step.do(offer.replace(opener=self.number(offer.opener)))

    def _put_series_right(self) -> None:
        was, now = self.was.register, self.told.register
        for name, id_ in was.series.items():
            here = self.case.series.get(self.known.series.get(name, ""))
            over = now.series.get(name) not in self.told.case.series
            if here is not None and over and id_ in self.was.case.series:
                self.step.end_series(here)
        for name, id_ in now.series.items():
            told = self.told.case.series.get(id_)
            if told is None:
                continue
            before = self.was.case.series.get(was.series.get(name, ""))
            if before is not None and _rhythm(before) == _rhythm(told):
                continue
            here = self.case.series.get(self.known.series.get(name, ""))
            if here is None and before is not None:
                continue
            if here is None:
                number = self.case.series_count + 1
                series = f"{told.follow_up}/series/{number}"
            else:
                series = here.series
            self.step.do(told.replace(series=series, opener=self.number(told.opener)))

    def _put_people_right(self) -> None:
        """Who holds a role in the case, who signed what, who is left out."""
        was, now = self.was.case, self.told.case
        for role in sorted({*was.holders, *now.holders}):
            person = now.holders.get(role, "")
            if person != was.holders.get(role, "") and person != self.case.holders.get(role, ""):
                self.step.do(ch.Assigned(role=role, person=person))
        for trigger in sorted({*was.proposals, *now.proposals}):
            before, after = was.proposals.get(trigger), now.proposals.get(trigger)
            signed = tuple(after.signatures) if after else ()
            if signed == (tuple(before.signatures) if before else ()):
                continue
            if trigger in self.case.proposals:
                self.step.do(ch.ProposalEnded(trigger=trigger, because=self.because))
            for one in signed:
                self.step.do(one)
        known = [_left_out(one, self.was.register) for one in was.left_out]
        for left in now.left_out:
            if _left_out(left, self.told.register) not in known:
                self.step.do(left.replace(opener=self.number(left.opener)))


def _waits(waiting: ch.Deferred, register: Register) -> tuple[object, ...]:
    opener = register.name_of.get(waiting.opener)
    return (waiting.follow_up, opener, waiting.visit, waiting.at)


def _left_out(one: ch.LeftOut, register: Register) -> tuple[object, ...]:
    return (one.follow_up, one.item, register.name_of.get(one.opener), one.at, one.unknown)


def _rhythm(series: ch.NextPeriod) -> tuple[object, ...]:
    return (series.period, series.series_at, series.end_of_day, series.at)
