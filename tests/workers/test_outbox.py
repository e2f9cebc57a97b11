"""Delivering: at least once, each channel until it took it, and never what is not true any more."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest

from protocolkit.api import Engine
from protocolkit.store.base import Delivery, Notice, Store
from protocolkit.workers.outbox import LEASE, LONGEST_WAIT, UNSERVED_WAIT, Outbox, waiting
from tests.stories import OFFICER, SUPERVISOR
from tests.workers.harness import (
    LATE,
    SECRET,
    Lines,
    Recorder,
    SetClock,
    answer,
    county,
    hang_up,
    receiver,
    stranger,
)
from tests.workers.test_sweep import Spoilt

SECOND = timedelta(seconds=1)


class Desk:
    """A store with a notice that waits, and an outbox over some channels."""

    def __init__(self, store: Store, *channels: Recorder, cases: int = 1) -> None:
        self.store = store
        self.clock = SetClock(LATE)
        self.lines = Lines(self.clock)
        engine = county(store)
        for number in range(1, cases + 1):
            engine.open("tiny", by=OFFICER, id=f"c-{number}")
            engine.fire(f"c-{number}", "ask", by=OFFICER)
        engine.advance(LATE)
        self.engine: Engine = stranger(store, self.clock)
        self.outbox = self.over(*channels)

    def over(self, *channels: Recorder) -> Outbox:
        """Another outbox on the same store, as another worker has it."""
        return Outbox(self.engine, channels, self.clock, self.lines.log, lambda: 0.0)

    def deliver(self) -> dict[str, int]:
        """What became of what could be tried now."""
        found = self.outbox.deliver(self.clock.at)
        return {
            name: value
            for name in found._fields
            if name != "taken" and (value := getattr(found, name))
        }

    @property
    def left(self) -> Delivery:
        """Where the sending of the one notice stands."""
        (found,) = self.store.deliveries()
        return found


def test_it_is_sent_once(store: Store) -> None:
    """When every channel took it, it is settled, and nobody gets it again."""
    pager, mail = Recorder("pager"), Recorder("mail")
    desk = Desk(store, pager, mail)
    assert [{"sent": 1}, {}] == [desk.deliver(), desk.deliver()]
    assert pager.got == mail.got == [desk.left.notice.id]
    assert ("sent", LATE, None) == (desk.left.outcome, desk.left.done_at, desk.left.try_at)
    assert ["taken", "taken"] == desk.lines.what()


def test_who_took_it_does_not_get_it_again(store: Store) -> None:
    """A channel that fails is tried again, the others are left in peace; after another worker's
    turn too.
    """
    bad = {"answer": "busy"}
    pager, mail = Recorder("pager"), Recorder("mail", answers=lambda _: bad["answer"])
    desk = Desk(store, mail, pager)
    assert {"failed": 1} == desk.deliver()
    assert (("pager",), LATE + 5 * SECOND) == (desk.left.reached, desk.left.try_at)
    assert {} == desk.deliver()  # not yet
    desk.outbox = desk.over(mail, pager)
    desk.clock.at += 5 * SECOND
    assert {"failed": 1} == desk.deliver()
    bad["answer"] = ""
    desk.clock.at += 10 * SECOND
    assert {"sent": 1} == desk.deliver()
    assert (1, 3) == (len(pager.got), len(mail.got))


def test_the_waits() -> None:
    """From five seconds to an hour, each twice the one before, shorter by up to a fifth."""
    assert [5, 10, 20, 40] == [waiting(tries, 0.0) / SECOND for tries in (1, 2, 3, 4)]
    assert LONGEST_WAIT == waiting(11, 0.0) == waiting(10**9, 0.0)
    assert [5, 4.5, 4] == [waiting(1, chance) / SECOND for chance in (0.0, 0.5, 1.0)]
    assert [5, 4.5] == [waiting(tries, 0.5 * tries) / SECOND for tries in (0, 1)]


def test_nothing_is_ever_given_up(store: Store) -> None:
    """A receiver that is away for days gets it when it is back, under the same id."""
    bad = {"answer": "away"}
    pager = Recorder("pager", answers=lambda _: bad["answer"])
    desk = Desk(store, pager)
    for _ in range(40):
        desk.deliver()
        desk.clock.at += timedelta(hours=2)
    bad["answer"] = ""
    assert {"sent": 1} == desk.deliver()
    assert {desk.left.notice.id} == set(pager.got)


def test_what_is_not_true_any_more_is_not_sent(store: Store) -> None:
    """The reply came before the notice went: it is settled as moot."""
    pager = Recorder()
    desk = Desk(store, pager)
    desk.engine.fire("c-1", "answer", by=SUPERVISOR)
    assert {"moot": 1} == desk.deliver()
    assert ([], "moot", LATE) == (pager.got, desk.left.outcome, desk.left.done_at)


def test_what_was_not_sent_for_an_error_is_told_after_all(store: Store) -> None:
    """The reply stood in the wrong case, and the notice was settled as moot by it: when that is put
    right somebody is told, once; when something else is put right nobody is.
    """
    pager = Recorder()
    desk = Desk(store, pager, cases=2)
    for case in ("c-1", "c-2"):
        desk.engine.fire(case, "answer", by=SUPERVISOR)
    assert {"moot": 2} == desk.deliver()
    desk.engine.void("c-1", 5, by=SUPERVISOR)
    assert {"sent": 1} == desk.deliver()
    assert ["c-1"] == [id.partition("/")[0] for id in pager.got]
    assert ["supervisor"] == [one.role for one in store.notices("c-1")[1:]]
    desk.engine.void("c-2", 2, by=OFFICER)
    assert {} == desk.deliver()


def test_what_some_already_know_goes_to_the_others_too(store: Store) -> None:
    """Nothing sent is un-sent: if one heard of it, nobody is left out for its being over."""
    bad = {"answer": "busy"}
    pager, mail = Recorder("pager"), Recorder("mail", answers=lambda _: bad["answer"])
    desk = Desk(store, pager, mail)
    desk.deliver()
    desk.engine.fire("c-1", "answer", by=SUPERVISOR)
    bad["answer"] = ""
    desk.clock.at += 5 * SECOND
    assert {"sent": 1} == desk.deliver()


def test_a_case_that_cannot_be_read_hinders_no_notice() -> None:
    """Whether it is still true cannot be told, so it is sent, and so are the others."""
    store = Spoilt()
    desk = Desk(store, Recorder(), cases=3)
    store.bad = frozenset({"c-2"})
    assert {"sent": 3} == desk.deliver()
    assert ["case cannot be read"] == desk.lines.what("error")


def test_a_channel_that_stumbles_has_not_taken_it(store: Store) -> None:
    """It is tried again; the log says where it stumbled, and not over what."""

    def stumble(_: Notice) -> str:
        raise KeyError("somebody's name")

    desk = Desk(store, Recorder(answers=stumble))
    assert {"failed": 1} == desk.deliver()
    (line,) = desk.lines
    assert line["why"].startswith("KeyError in tests.workers.test_outbox:")
    assert "name" not in desk.lines.stream.getvalue()


def test_each_role_has_its_way(store: Store) -> None:
    """A channel gets the notices of the roles that it serves."""
    first, second = Recorder("a", frozenset({"supervisor"})), Recorder("b", frozenset({"judge"}))
    desk = Desk(store, first, second)
    desk.clock.at += timedelta(hours=2)
    desk.engine.sweep(desk.clock.at)
    assert {"sent": 2} == desk.deliver()
    assert ["c-1/4/1"] == first.got
    assert ["c-1/5/1"] == second.got


def test_whom_nobody_serves_waits(store: Store) -> None:
    """It stays unsent, one line says so, and a channel that is set up later takes it."""
    desk = Desk(store, Recorder("b", frozenset({"judge"})), cases=2)
    assert {"nobody": 2} == desk.deliver()
    assert ["no channel"] == desk.lines.what("warning")
    assert {"", LATE + UNSERVED_WAIT} == {
        value for one in store.deliveries() for value in (one.outcome, one.try_at)
    }
    desk.outbox = desk.over(Recorder("a"))
    desk.clock.at += UNSERVED_WAIT
    assert {"sent": 2} == desk.deliver()


class Dead(BaseException):
    """The worker dies."""


def _die(_: Notice) -> str:
    raise Dead


def test_a_worker_that_dies_delays_and_loses_nothing(store: Store) -> None:
    """Nobody gets it before the lease ends; then it comes again, under the same id."""
    dying, living = Recorder(answers=_die), Recorder()
    desk = Desk(store, dying)
    with pytest.raises(Dead):
        desk.deliver()
    desk.outbox = desk.over(living)
    assert {} == desk.deliver()
    desk.clock.at += LEASE
    assert {"sent": 1} == desk.deliver()
    assert dying.got == living.got


def test_a_lease_that_runs_out_is_not_stretched(store: Store) -> None:
    """Who was held up for minutes leaves the others to who is quicker."""
    desk = Desk(store, cases=3)

    def slow(_: Notice) -> str:
        desk.clock.at += timedelta(minutes=5)
        return ""

    pager = Recorder(answers=slow)
    desk.outbox = desk.over(pager)
    assert {"sent": 1} == desk.deliver()
    assert {"sent": 1} == desk.deliver()  # the leases have run out
    assert 2 == len(set(pager.got))


def test_who_is_told_to_stop_gives_back_what_it_has(store: Store) -> None:
    """One delivery is ended, the others go to somebody else at once."""
    stop = Event()

    def stopping(_: Notice) -> str:
        stop.set()
        return ""

    desk = Desk(store, Recorder(answers=stopping), cases=3)
    assert (3, 1) == ((found := desk.outbox.deliver(LATE, stop)).taken, found.sent)
    desk.outbox = desk.over(Recorder())
    assert {"sent": 2} == desk.deliver()


def test_a_channel_that_lets_us_wait_holds_up_no_other(store: Store) -> None:
    """Who fails after long is left alone for ten times as long; those whom the others serve do not
    wait for it. Who fails at once is tried with each notice.
    """
    seconds = {"now": 0.0}

    def hang(_: Notice) -> str:
        seconds["now"] += 10
        return "no answer"

    hanging, broken = Recorder("hanging", answers=hang), Recorder("broken", answers=lambda _: "no")
    desk = Desk(store, hanging, broken, pager := Recorder("pager"), cases=8)
    desk.outbox = Outbox(
        desk.engine,
        (hanging, broken, pager),
        desk.clock,
        desk.lines.log,
        lambda: 0.0,
        lambda: seconds["now"],
    )
    assert {"failed": 8} == desk.deliver()
    assert (1, 8, 8) == (len(hanging.got), len(broken.got), len(pager.got))
    desk.clock.at += timedelta(minutes=2)
    seconds["now"] += 100
    desk.deliver()
    assert (2, 16, 8) == (len(hanging.got), len(broken.got), len(pager.got))


def test_with_a_real_receiver(store: Store) -> None:
    """It fails, hangs up after it has read, takes it: it got the same id three times."""
    from protocolkit.workers.webhook import Webhook

    desk = Desk(store)
    with receiver(answer(503), hang_up, answer(200)) as there:
        hook = Webhook("pager", there.url, [SECRET])
        desk.outbox = Outbox(desk.engine, [hook], desk.clock, desk.lines.log, lambda: 0.0)
        became = []
        for _ in range(4):
            became.append(desk.deliver())
            desk.clock.at += timedelta(minutes=1)
    assert [{"failed": 1}, {"failed": 1}, {"sent": 1}, {}] == became
    assert ["c-1/4/1"] * 3 == there.ids
    said = desk.lines.stream.getvalue()
    assert SECRET not in said
    assert str(there.port) not in said
    assert "no_reply" not in said
