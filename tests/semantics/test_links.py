"""Hand-overs to another protocol: offered, accepted, turned down (ruling 20)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused, StoreError, UsageError
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.events import replay
from protocolkit.store.base import Commit
from protocolkit.store.memory import MemoryStore
from protocolkit.store.sqlite import SqliteStore
from tests.stories import DETECTIVE, JUDGE, OFFICER, SUPERVISOR, local, tiny, tiny_text

SENDER = """
triggers:
  notice: {who: officer}
  move_away: {who: officer}
  close: {who: officer, moves: {from: begun, to: closed}}
follow_ups:
  visit: {opens_with: notice, who: officer, due: within 3 hours, carries_over: true}
  write: {opens_with: notice, who: officer, due: unspecified, strength: should}
escalations:
  visit_late:
    watches: {follow_up: visit}
    levels: [{at: due, tell: judge}, {after: 1 hour, tell: judge}]
links:
  to_next_county:
    title: Hand-over to the next county
    protocol: next-county
    opens_with: move_away
    accepted_by: [supervisor]
    hands_over: [visit]
    source: "§ 8"
"""
RECEIVER = """
triggers: {arrive: {who: officer}}
follow_ups: {greet: {opens_in: begun, who: officer, due: within 1 calendar day}}
"""
LINKED = "c.to_next_county"
TEN = local("2025-03-04 10:00")


def _receiver() -> Protocol:
    reading = read_text(tiny_text(RECEIVER).replace("id: tiny", "id: next-county"), "next.yaml")
    assert reading.protocol is not None
    return reading.protocol


def _offered(*others: Protocol, store: SqliteStore | None = None) -> tuple[Engine, VirtualClock]:
    """A case at 10:00 in which a hand-over is on offer, with a visit owed until 13:00."""
    clock = VirtualClock(TEN)
    engine = Engine([tiny(SENDER), *others], store or MemoryStore(), clock)
    engine.open("tiny", by=OFFICER, id="c")
    engine.fire("c", "notice", by=OFFICER)
    engine.fire("c", "move_away", by=OFFICER)
    return engine, clock


def _owed(engine: Engine, case: str = "c") -> list[str]:
    return sorted(one.follow_up for one in engine.case(case).open)


def _names(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted(one.name for one in refused.value.reasons)


def test_ruling_20_until_a_hand_over_is_accepted_the_sender_owes() -> None:
    """It is on offer, and whoever may answer finds it among what they have to do."""
    engine, clock = _offered(_receiver())
    (offer,) = engine.case("c").offers
    assert ("to_next_county", "next-county", TEN, ("supervisor",), ("visit",)) == (
        offer.link,
        offer.protocol,
        offer.since,
        offer.accepted_by,
        offer.hands_over,
    )
    assert ["visit", "write"] == _owed(engine)
    found = [(one.follow_up, one.status) for one in engine.todo(role="supervisor")]
    assert [("to_next_county", "offered")] == found
    assert engine.why("c", "to_next_county", by=SUPERVISOR).allowed
    assert ["wrong-role"] == [
        one.name for one in engine.why("c", "to_next_county", by=OFFICER).reasons
    ]
    clock.move_to(local("2025-03-04 15:00"))
    engine.advance()
    assert 2 == len(engine.store.notices("c"))
    assert engine.store.head(LINKED) is None


def test_ruling_20_acceptance_opens_a_linked_case_and_ends_what_is_handed_over() -> None:
    """The case there counts from the acceptance; here the visit ends and its ladder stops."""
    engine, clock = _offered(_receiver())
    clock.move_to(local("2025-03-04 12:30"))
    standing = engine.fire(
        "c", "to_next_county", by=SUPERVISOR, happened_at=local("2025-03-04 12:00"), key="k-1"
    )
    assert ["write"] == _owed(engine)
    assert () == standing.offers
    visit = replay("c", engine.history("c")).instances["visit/1"]
    assert ("cancelled", "handed_over") == (visit.status, visit.because)
    there = engine.case(LINKED)
    assert ("next-county", local("2025-03-04 12:00")) == (there.protocol, there.opened_at)
    assert [local("2025-03-06 00:00")] == [one.due for one in there.open]
    assert "c" == replay(LINKED, engine.history(LINKED)).linked_from
    clock.move_to(local("2025-03-04 18:00"))
    engine.advance()
    assert [] == engine.store.notices("c")
    assert (
        standing.id
        == engine.fire(
            "c", "to_next_county", by=SUPERVISOR, happened_at=local("2025-03-04 12:00"), key="k-1"
        ).id
    )
    with pytest.raises(Refused) as refused:
        engine.fire("c", "to_next_county", by=SUPERVISOR)
    assert ["not-offered"] == _names(refused)
    assert LINKED in refused.value.reasons[0].message


def test_a_case_may_be_closed_while_its_hand_over_is_on_offer() -> None:
    """What carries over is still owed, and may still be handed over."""
    engine, _ = _offered(_receiver())
    assert engine.fire("c", "close", by=OFFICER).is_closed
    assert ["visit"] == _owed(engine)
    engine.fire("c", "to_next_county", by=SUPERVISOR)
    assert [] == _owed(engine)
    assert ["greet"] == _owed(engine, LINKED)


@pytest.mark.parametrize(
    ("by", "more", "reasons"),
    [
        (OFFICER, {}, ["wrong-role"]),
        (Actor(id="x"), {}, ["wrong-role"]),
        (SUPERVISOR, {"happened_at": local("2025-03-04 09:00")}, ["too-early"]),
        (SUPERVISOR, {"happened_at": local("2025-03-04 11:00")}, ["in-the-future"]),
        (SUPERVISOR, {"facts": {"x": True}}, ["unknown-fact"]),
    ],
)
def test_an_offer_is_not_accepted_like_this(
    by: Actor, more: dict[str, object], reasons: list[str]
) -> None:
    """Every reason is told, in the record of the case, and no case opens."""
    engine, _ = _offered(_receiver())
    with pytest.raises(Refused) as refused:
        engine.fire("c", "to_next_county", by=by, **more)  # type: ignore[arg-type]
    assert reasons == _names(refused)
    assert "refused" == engine.history("c")[-1].kind
    assert ["visit", "write"] == _owed(engine)
    assert engine.store.head(LINKED) is None


def test_what_was_not_offered_cannot_be_answered() -> None:
    """The reason says with what the offer comes."""
    engine = Engine([tiny(SENDER), _receiver()], MemoryStore(), VirtualClock(TEN))
    engine.open("tiny", by=OFFICER, id="c")
    for ask in (engine.fire, engine.decline):
        with pytest.raises(Refused) as refused:
            ask("c", "to_next_county", by=SUPERVISOR)
        assert ["not-offered"] == _names(refused)
        assert "move_away" in refused.value.reasons[0].message


def test_turned_down_the_sender_goes_on_and_may_offer_again() -> None:
    """No is an answer too, by whoever may accept; the next occasion makes another offer."""
    engine, _ = _offered(_receiver())
    with pytest.raises(Refused) as refused:
        engine.decline("c", "to_next_county", by=JUDGE)
    assert ["wrong-role"] == _names(refused)
    standing = engine.decline("c", "to_next_county", by=SUPERVISOR, reason="r-3")
    assert () == standing.offers
    assert ["visit", "write"] == _owed(engine)
    assert [] == [*engine.todo(role="supervisor")]
    with pytest.raises(Refused):
        engine.fire("c", "to_next_county", by=SUPERVISOR)
    again = engine.fire("c", "move_away", by=OFFICER)
    assert ["to_next_county"] == [one.link for one in again.offers]
    engine.fire("c", "to_next_county", by=SUPERVISOR)
    assert ["greet"] == _owed(engine, LINKED)


def test_an_offer_stands_once_and_each_acceptance_has_its_own_case() -> None:
    """A second occasion adds no second offer; after an acceptance it makes a new one."""
    engine, _ = _offered(_receiver())
    assert 1 == len(engine.fire("c", "move_away", by=OFFICER).offers)
    engine.fire("c", "to_next_county", by=SUPERVISOR)
    engine.fire("c", "move_away", by=OFFICER)
    engine.fire("c", "to_next_county", by=SUPERVISOR)
    assert ["c", LINKED, f"{LINKED}.2"] == [head.case for head in engine.store.heads()]


def test_where_the_other_protocol_is_not_run_its_case_number_is_needed() -> None:
    """Then the reference is what is kept, and no case opens here."""
    engine, _ = _offered()
    with pytest.raises(Refused) as refused:
        engine.fire("c", "to_next_county", by=SUPERVISOR)
    assert ["missing-evidence"] == _names(refused)
    engine.fire("c", "to_next_county", by=SUPERVISOR, evidence="NC-2025-17")
    assert ["write"] == _owed(engine)
    assert ["NC-2025-17"] == [one.to for one in replay("c", engine.history("c")).handed_over]
    assert ["c"] == [head.case for head in engine.store.heads()]


def test_nobody_named_anyone_with_a_role_may_accept() -> None:
    """As for every rule that leaves open who."""
    rules = SENDER.replace("accepted_by: [supervisor]", "accepted_by: unspecified")
    engine = Engine([tiny(rules), _receiver()], MemoryStore(), VirtualClock(TEN))
    engine.open("tiny", by=OFFICER, id="c")
    engine.fire("c", "move_away", by=OFFICER)
    assert ["to_next_county"] == [one.follow_up for one in engine.todo(role="detective")]
    engine.fire("c", "to_next_county", by=DETECTIVE)
    assert engine.store.head(LINKED) is not None


def test_a_case_that_happens_to_have_the_id_is_not_taken_for_the_linked_one() -> None:
    """The hand-over is not kept; the sender still owes."""
    engine, _ = _offered(_receiver())
    engine.open("next-county", by=OFFICER, id=LINKED)
    with pytest.raises(UsageError, match="did not come from"):
        engine.fire("c", "to_next_county", by=SUPERVISOR)
    assert ["visit", "write"] == _owed(engine)


class _DyingStore(SqliteStore):
    """A store whose machine dies at a commit, before or right after it was written."""

    commits_left = -1
    written = False

    def commit(self, commit: Commit) -> None:
        """Write it, or die."""
        self.commits_left -= 1
        if self.commits_left == 0 and not self.written:
            raise StoreError("the machine is down")
        super().commit(commit)
        if self.commits_left == 0:
            raise StoreError("the machine is down")


@pytest.fixture
def dying(tmp_path: Path) -> Iterator[_DyingStore]:
    """A store that can be told when to die."""
    with closing(_DyingStore(tmp_path / "cases.db")) as store:
        yield store


def test_a_death_between_the_two_commits_leaves_the_sender_owing(dying: _DyingStore) -> None:
    """The linked case is there, the offer stands, and here nothing has ended yet."""
    engine, _ = _offered(_receiver(), store=dying)
    dying.commits_left, dying.written = 1, True
    with pytest.raises(StoreError):
        engine.fire("c", "to_next_county", by=SUPERVISOR, key="k-1")
    assert ["greet"] == _owed(engine, LINKED)
    assert ["visit", "write"] == _owed(engine)
    assert 1 == len(engine.case("c").offers)


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("commit", [1, 2])
def test_asked_again_after_a_death_it_is_done_once(
    dying: _DyingStore, commit: int, written: bool
) -> None:
    """Wherever the machine died: the record is as if nothing had gone wrong."""
    smooth, _ = _offered(_receiver())
    smooth.fire("c", "to_next_county", by=SUPERVISOR, key="k-1")
    engine, clock = _offered(_receiver(), store=dying)
    dying.commits_left, dying.written = commit, written
    with pytest.raises(StoreError):
        engine.fire("c", "to_next_county", by=SUPERVISOR, key="k-1")
    again = Engine(engine.protocols, dying, clock)
    again.fire("c", "to_next_county", by=SUPERVISOR, key="k-1")
    for case in ("c", LINKED):
        assert smooth.history(case) == again.history(case)


def test_of_two_who_accept_at_once_one_wins(tmp_path: Path) -> None:
    """One case opens there, and the other is told that it was accepted already."""

    class Meanwhile(SqliteStore):
        """A store in which somebody else accepts just before a commit."""

        act: Callable[[], object] | None = None

        def commit(self, commit: Commit) -> None:
            """Let them, once."""
            act, self.act = self.act, None
            if act is not None:
                act()
            super().commit(commit)

    with closing(Meanwhile(tmp_path / "cases.db")) as store:
        engine, clock = _offered(_receiver(), store=store)
        with closing(SqliteStore(tmp_path / "cases.db")) as other_store:
            other = Engine(engine.protocols, other_store, clock)
            store.act = lambda: other.fire("c", "to_next_county", by=SUPERVISOR)
            with pytest.raises(Refused) as refused:
                engine.fire("c", "to_next_county", by=SUPERVISOR.replace(id="s-2"))
            assert ["not-offered"] == _names(refused)
            assert 1 == len(store.events(LINKED))
