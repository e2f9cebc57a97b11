"""The interface of a store, asked of every backend; a new one is a line or two in `opened`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from string import ascii_letters
from threading import Barrier

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.ground.record import EMPTY
from protocolkit.store.base import (
    WORKERS,
    Answer,
    Commit,
    Delivery,
    Entry,
    Figures,
    Store,
    Worker,
)
from protocolkit.store.forms import LONGEST_ID, LONGEST_KEY
from protocolkit.store.memory import MemoryStore
from protocolkit.store.postgres import PostgresStore
from protocolkit.store.sqlite import SqliteStore
from tests.contract.samples import START, at, commit, event, notice


def _mixed(length: int) -> str:
    """A text without any pattern in it."""
    return "".join(Random(length).choices(ascii_letters, k=length))


@contextmanager
def sqlite_host() -> Iterator[Store]:
    """A store in a host's database, within one long transaction of the host."""
    with closing(sqlite3.connect(":memory:")) as connection:
        store = SqliteStore.on(connection)
        connection.execute("BEGIN IMMEDIATE")
        yield store


@contextmanager
def postgres_host(url: str) -> Iterator[Store]:
    """The same on a server."""
    with closing(psycopg.connect(url)) as connection:
        yield PostgresStore.on(connection)


@contextmanager
def opened(kind: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of a kind; its part of the fixtures is asked for only if it is needed."""
    if kind == "memory":
        yield MemoryStore()
    elif kind == "sqlite":
        with closing(SqliteStore(request.getfixturevalue("tmp_path") / "cases.db")) as store:
            yield store
    elif kind == "sqlite host":
        with sqlite_host() as host:
            yield host
    elif kind == "postgres":
        with closing(PostgresStore(request.getfixturevalue("database"))) as server:
            yield server
    else:
        with postgres_host(request.getfixturevalue("database")) as host:
            yield host


SHARED = ("memory", "sqlite", "postgres")


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind that threads may share."""
    with opened(request.param, request) as store:
        yield store


@pytest.fixture(params=[*SHARED, "sqlite host", "postgres host"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind."""
    with opened(request.param, request) as store:
        yield store


def everything(store: Store, *cases: str) -> dict[str, object]:
    """All that a store tells, to compare before and after."""
    return {
        "heads": list(store.heads()),
        "events": [store.events(case) for case in cases],
        "due": store.due(at(1e6)),
        "notices": store.deliveries(),
        "unsent": store.notices(unsent=True),
        "answered": store.answered("k"),
    }


class TestCases:
    """Heads and events."""

    def test_an_empty_store_knows_nothing(self, store: Store) -> None:
        """Every question has an answer before anything was written."""
        assert store.head("c") is None
        assert [] == store.events("c")
        assert [] == list(store.heads())
        assert [] == store.due(at(1e6))
        assert [] == store.notices()
        assert store.answered("k") is None
        assert store.protocol_text("d") is None

    def test_a_commit_comes_back_whole(self, store: Store) -> None:
        """Head, events with their changes, notices and answer are what was written."""
        written = commit(
            "c",
            add=3,
            next_at=at(60.5),
            notices=(notice("c", 1), notice("c", 2)),
            key="k",
            request="r",
            refused=({"name": "wrong-role", "path": ["a", 1], "more": EMPTY},),
        )
        store.commit(written)
        assert written.head == store.head("c")
        assert list(written.events) == store.events("c")
        assert list(written.notices) == store.notices("c")
        assert ("r", written.answer) == store.answered("k")

    def test_events_come_in_order_after_a_number(self, store: Store) -> None:
        """Reading on from an entry gives those behind it, across commits and past the tenth."""
        store.commit(commit("c", add=5))
        store.commit(commit("c", 5, add=8))
        store.commit(commit("other"))
        assert list(range(1, 14)) == [found.sequence for found in store.events("c")]
        assert [12, 13] == [found.sequence for found in store.events("c", after=11)]
        assert [] == store.events("c", after=13)

    def test_a_commit_without_events_moves_the_head_alone(self, store: Store) -> None:
        """When the next instant changes and nothing else, no entry is written."""
        store.commit(commit("c", next_at=at(5)))
        store.commit(commit("c", 1, add=0, next_at=at(9)))
        assert [at(9)] == [head.next_at for head in store.heads()]
        assert 1 == len(store.events("c"))

    def test_heads_come_by_id_and_can_be_narrowed(self, store: Store) -> None:
        """All cases, those of a protocol, those still open; upper case before lower case."""
        for case in ("b", "a", "é", "Z", "\U0001d4b3", "\uff5e"):
            store.commit(commit(case))
        store.commit(commit("p", protocol="site-b"))
        store.commit(commit("q", protocol="site-b", closed=True))
        assert ["Z", "a", "b", "p", "q", "é", "\uff5e", "\U0001d4b3"] == [
            h.case for h in store.heads()
        ]
        assert ["p", "q"] == [h.case for h in store.heads(protocol="site-b")]
        assert ["p"] == [h.case for h in store.heads(protocol="site-b", include_closed=False)]

    def test_heads_can_be_read_while_cases_are_written(self, store: Store) -> None:
        """A reader that has begun does not stop a writer, and meets every case there was."""
        for case in ("b", "c", "d"):
            store.commit(commit(case))
        reading = store.heads()
        first = next(reading)
        store.commit(commit("a"))
        assert ["b", "c", "d"] == [first.case, *(head.case for head in reading)]

    @pytest.mark.parametrize(
        "id", ["Fall-Ä", "病例 7", "a'; DROP TABLE x--", "👩‍⚖️", "e\u0301", " "]
    )
    def test_ids_in_any_script(self, store: Store, id: str) -> None:
        """An id is kept character by character and is nobody else's."""
        store.commit(commit(id, key=id, request=id, notices=(notice(id),)))
        store.commit(commit("é"))
        found = store.head(id)
        assert found is not None
        assert id == found.case
        assert [id] == [entry.case for entry in store.events(id)]
        assert [id] == [entry.case for entry in store.notices(id)]
        assert store.answered(id) is not None

    def test_the_longest_ids(self, store: Store) -> None:
        """However little they can be pressed together, they and what they begin are found."""
        id, key = _mixed(LONGEST_ID), _mixed(LONGEST_KEY)
        store.commit(commit(id, key=key, next_at=at(1), notices=(notice(id),)))
        assert [id] == [head.case for head in store.due(at(2))]
        assert [f"{id}/1"] == [one.id for one in store.notices(id)]
        assert store.answered(key) is not None

    def test_what_comes_back_is_a_copy(self, store: Store) -> None:
        """Changing data that was read changes nothing in the store."""
        store.commit(commit("c"))
        data = store.events("c")[0].data
        assert isinstance(data, dict)
        data["b"].append("scribble")
        assert event("c", 1).data == store.events("c")[0].data


class TestConflicts:
    """Nobody writes over a colleague, and a key stands for one request."""

    @pytest.mark.parametrize("expected", [0, 1, 3])
    def test_a_case_that_moved_on(self, store: Store, expected: int) -> None:
        """A commit for another number of entries than there are changes nothing."""
        store.commit(commit("c", add=2))
        before = everything(store, "c")
        late = commit("c", expected, key="k", notices=(notice("c"),), next_at=at(1))
        with pytest.raises(Conflict, match=f"2 entries, not {expected}"):
            store.commit(late)
        assert before == everything(store, "c")

    def test_a_case_that_is_not_there(self, store: Store) -> None:
        """Only a commit that expects nothing makes a case."""
        with pytest.raises(Conflict, match="0 entries, not 4"):
            store.commit(commit("c", 4))
        assert store.head("c") is None

    @pytest.mark.parametrize(
        ("request_digest", "said"), [("r", "already done"), ("other", "another request")]
    )
    def test_a_key_that_is_taken(self, store: Store, request_digest: str, said: str) -> None:
        """The same key again is a conflict, also in another case; the first answer stays."""
        store.commit(commit("c", key="k", request="r"))
        before = everything(store, "c", "e")
        for again in (
            commit("c", 1, key="k", request=request_digest, notices=(notice("c"),)),
            commit("e", 0, key="k", request=request_digest),
        ):
            with pytest.raises(Conflict, match=said):
                store.commit(again)
        assert before == everything(store, "c", "e")

    def test_a_key_says_more_than_a_number(self, store: Store) -> None:
        """A request that is sent twice hears of its key, not that the case moved on."""
        store.commit(commit("c", key="k", request="r"))
        with pytest.raises(Conflict, match="already done"):
            store.commit(commit("c", key="k", request="r"))

    def test_commits_without_a_key_do_not_meet(self, store: Store) -> None:
        """No key is not a key."""
        store.commit(commit("c"))
        store.commit(commit("c", 1))
        assert store.answered("") is None

    def test_threads_race_for_a_case(self, shared: Store) -> None:
        """Of eight writers at once to the same entry one wins, and the others hear of it."""
        start = Barrier(8)

        def write(number: int) -> str:
            start.wait()
            try:
                shared.commit(commit("c", key=f"k{number}"))
            except Conflict:
                return "conflict"
            return "written"

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(write, range(8)))
        assert ["conflict"] * 7 + ["written"] == sorted(outcomes)
        assert 1 == len(shared.events("c"))
        assert 1 == sum(shared.answered(f"k{number}") is not None for number in range(8))


class TestSoundness:
    """A commit that contradicts itself, or that no store can hold, is refused whole."""

    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            (commit("c", add=2).replace(events=(event("c", 1), event("c", 3))), "numbered"),
            (commit("c").replace(events=(event("c", 2),)), "numbered"),
            (commit("c").replace(events=(event("e", 1),)), "several cases, c, e"),
            (commit("c", notices=(notice("e"),)), "several cases"),
            (commit("c").replace(events=()), "leaves 1 events where 0"),
            (commit("c").replace(key="k"), "a key and an answer"),
            (commit("c").replace(answer=Answer(case="c", sequence=1)), "a key and an answer"),
            (commit("c", key="k").replace(answer=Answer(case="e", sequence=1)), "several cases"),
            (commit(""), "has no id"),
            (commit("é" * 501), "id of the case is longer than 1000 bytes"),
            (commit("c", key="k" * 2001), "key is longer than 2000 bytes"),
            (commit("c", notices=(notice("c"), notice("c"))), "notice with the id c/1"),
            (commit("c\0"), "a character that no store can keep"),
            (commit("c", key="\ud800"), "a character that no store can keep"),
            (commit("c", notices=(notice("c", person="\udfff"),)), "a character"),
            (commit("c").replace(events=(event("c", 1, what="\ud83d"),)), "a character"),
            (commit("c").replace(events=(event("c", 1, data={"x": {1}}),)), "set is not JSON"),
            (commit("c", key="k", refused=({"x": float("nan")},)), "cannot hold"),
            (commit("c", key="k", refused=({"x": "\udc00"},)), "a character"),
        ],
    )
    def test_refused(self, store: Store, broken: Commit, said: str) -> None:
        """The error says what is wrong, and nothing of the commit is there."""
        with pytest.raises(StoreError, match=said):
            store.commit(broken)
        assert everything(store, "c") == everything(MemoryStore(), "c")

    def test_a_notice_is_not_written_twice(self, store: Store) -> None:
        """A notice id that is taken, in a later commit, undoes that commit."""
        store.commit(commit("c", notices=(notice("c"),)))
        before = everything(store, "c")
        with pytest.raises(StoreError, match="already is a notice"):
            store.commit(commit("c", 1, key="k", notices=(notice("c", 2), notice("c", 1))))
        assert before == everything(store, "c")

    def test_questions_about_impossible_ids(self, store: Store) -> None:
        """An id that cannot be stored names no case; asking is no fault."""
        assert store.head("\udcff") is None
        assert [] == store.events("\udcff")
        assert store.answered("\udcff") is None
        assert store.protocol_text("\udcff") is None


class TestDue:
    """Cases to which time does something."""

    def test_earliest_first_then_by_id(self, store: Store) -> None:
        """Those of the last instant are in, those a microsecond later are not."""
        later = at(30) + timedelta(microseconds=1)
        for case, next_at in (
            ("d", at(30)),
            ("b", at(10)),
            ("a", at(30)),
            ("c", at(10.00001)),
            ("e", later),
            ("f", None),
        ):
            store.commit(commit(case, next_at=next_at))
        assert ["b", "c", "a", "d"] == [head.case for head in store.due(at(30))]
        assert ["b", "c"] == [head.case for head in store.due(at(30), limit=2)]
        assert ["b", "c", "a", "d", "e"] == [head.case for head in store.due(later)]
        assert [] == store.due(at(9))

    def test_a_case_leaves_and_comes_back(self, store: Store) -> None:
        """The instant of the last commit is the one that counts."""
        store.commit(commit("c", next_at=at(1)))
        store.commit(commit("c", 1))
        assert [] == store.due(at(99))
        store.commit(commit("c", 2, next_at=at(50)))
        assert [at(50)] == [head.next_at for head in store.due(at(99))]

    def test_long_ago_and_other_zones(self, store: Store) -> None:
        """Instants before 1970 sort too, and an instant is the same in every zone."""
        zone = timezone(timedelta(hours=-6))
        store.commit(commit("new", next_at=START.astimezone(zone)))
        store.commit(commit("old", next_at=START.replace(year=1960)))
        assert ["old", "new"] == [head.case for head in store.due(START)]
        assert [START.replace(year=1960), START] == [h.next_at for h in store.due(START)]


class TestNotices:
    """What is to be sent, and was."""

    def test_in_the_order_of_writing(self, store: Store) -> None:
        """By when they were written, whatever their id, case or instant."""
        store.commit(commit("z", notices=(notice("z", 9), notice("z", 1))))
        store.commit(commit("a", notices=(notice("a", 5),)))
        store.commit(commit("z", 1, notices=(notice("z", 0),)))
        assert ["z/9", "z/1", "a/5", "z/0"] == [found.id for found in store.notices()]
        assert ["z/9", "z/1", "z/0"] == [found.id for found in store.notices("z")]


class TestClaims:
    """Some due cases, held, read and written together."""

    def test_the_earliest_come_first_with_their_events(self, store: Store) -> None:
        """As many as were asked for, none of those to be left aside."""
        for case, next_at in (("a", at(3)), ("b", at(1)), ("c", at(2)), ("d", at(9)), ("e", None)):
            store.commit(commit(case, add=2, next_at=next_at))
        with store.claim(at(5), 2, without=("b", "nobody", "\udcff", "b\0")) as claim:
            assert ("c", "a") == tuple(head.case for head in claim.heads)
            assert {case: store.events(case) for case in "ac"} == dict(claim.events())
        with store.claim(at(5)) as claim:
            assert ("b", "c", "a") == tuple(head.case for head in claim.heads)
        with store.claim(at(0)) as claim:
            assert () == claim.heads
            assert {} == claim.events()

    def test_all_of_it_is_kept_together(self, store: Store) -> None:
        """Several commits, also two on one case, are there when the claim has ended."""
        for case in "abc":
            store.commit(commit(case, next_at=at(1)))
        with store.claim(at(5)) as claim:
            claim.commit([commit("a", 1, notices=(notice("a"),)), commit("b", 1, key="k")])
            claim.commit([commit("a", 2, next_at=at(7))])
        assert [3, 2, 1] == [len(store.events(case)) for case in "abc"]
        assert ["c", "a"] == [head.case for head in store.due(at(8))]
        assert ["a/1"] == [one.id for one in store.notices()]
        assert store.answered("k") is not None

    def test_nothing_of_it_after_an_exception(self, store: Store) -> None:
        """Whoever fails in a claim leaves the cases as they were, for the next one."""
        store.commit(commit("a", next_at=at(1)))
        before = everything(store, "a")
        with suppress(KeyError), store.claim(at(5)) as claim:
            claim.commit([commit("a", 1, notices=(notice("a"),))])
            raise KeyError
        assert before == everything(store, "a")
        with store.claim(at(5)) as claim:
            assert ["a"] == [head.case for head in claim.heads]

    @pytest.mark.parametrize(
        ("wrong", "kind"),
        [
            (commit("a", 4), Conflict),
            (commit("z", 1), Conflict),
            (commit("a", 1, key="k"), Conflict),
            (commit("a", 1, notices=(notice("a"),)), StoreError),
            (commit("a", 1).replace(events=()), StoreError),
        ],
    )
    def test_one_wrong_commit_spoils_it(
        self, store: Store, wrong: Commit, kind: type[Exception]
    ) -> None:
        """Versions, keys and notices are looked at, and nothing of the claim is written."""
        store.commit(commit("a", next_at=at(1), key="k", notices=(notice("a"),)))
        store.commit(commit("b", next_at=at(1)))
        before = everything(store, "a", "b", "z")
        with pytest.raises(kind), store.claim(at(5)) as claim:
            claim.commit([commit("b", 1), wrong])
        assert before == everything(store, "a", "b", "z")

    def test_a_spoilt_claim_is_not_kept(self, store: Store) -> None:
        """Also if the fault was passed over."""
        store.commit(commit("a", next_at=at(1)))
        store.commit(commit("b", next_at=at(1)))
        before = everything(store, "a", "b")
        wrong = [commit("a", 1), commit("b", 7)]
        with pytest.raises((Conflict, StoreError)), store.claim(at(5)) as claim, suppress(Conflict):
            claim.commit(wrong)
        assert before == everything(store, "a", "b")

    def test_it_can_be_read_meanwhile(self, store: Store) -> None:
        """The thread that holds a claim may ask for other cases."""
        store.commit(commit("a", next_at=at(1)))
        store.commit(commit("other"))
        with store.claim(at(5)) as claim:
            assert 1 == len(store.events("other"))
            claim.commit([commit("a", 1)])
            assert store.head("other") is not None
            assert ["a", "other"] == [head.case for head in store.heads()]

    def test_threads_take_every_case_once(self, shared: Store) -> None:
        """However many sweep at once, each due case is moved on by one of them."""
        for number in range(60):
            shared.commit(commit(f"c{number:02}", next_at=at(number % 7)))

        def sweep(_: int) -> list[str]:
            mine: list[str] = []
            while True:
                with shared.claim(at(9), 7) as claim:
                    claim.commit([commit(head.case, 1) for head in claim.heads])
                    mine += [head.case for head in claim.heads]
                if not shared.due(at(9), 1):
                    return mine

        with ThreadPoolExecutor(4) as pool:
            taken = [case for mine in pool.map(sweep, range(4)) for case in mine]
        assert [f"c{number:02}" for number in range(60)] == sorted(taken)
        assert {2} == {head.version for head in shared.heads()}


class TestSending:
    """Who tries a notice, and what became of it."""

    @pytest.fixture
    def waiting(self, store: Store) -> Store:
        """Four notices, of minutes 0 to 3."""
        store.commit(commit("c", notices=tuple(notice("c", number) for number in range(4))))
        return store

    def test_a_new_one_waits(self, waiting: Store) -> None:
        """It may be tried from its instant on."""
        expected = [Delivery(notice=notice("c", n), try_at=at(n)) for n in range(4)]
        assert expected == waiting.deliveries("c") == waiting.deliveries()
        assert [] == waiting.deliveries("other")

    def test_what_is_taken_nobody_else_gets(self, waiting: Store) -> None:
        """Until the time is up; each taking counts as a try."""
        first = waiting.take_notices(at(1), at(10), 1)
        assert [Delivery(notice=notice("c", 0), tries=1, try_at=at(10))] == first
        assert ["c/1"] == [one.notice.id for one in waiting.take_notices(at(1), at(20))]
        assert [] == waiting.take_notices(at(1), at(30))
        again = waiting.take_notices(at(10), at(40))
        assert [("c/2", 1), ("c/3", 1), ("c/0", 2)] == [(o.notice.id, o.tries) for o in again]

    def test_what_fails_keeps_no_new_one_from_its_turn(self, waiting: Store) -> None:
        """However many come back again and again, whoever has waited longest is next."""
        order = []
        for minute in range(4, 12):
            (one,) = waiting.take_notices(at(minute), at(minute), 1)  # and may be tried at once
            order.append(one.notice.id)
        assert ["c/0", "c/1", "c/2", "c/3"] * 2 == order

    def test_settled_once(self, waiting: Store) -> None:
        """The first outcome stays, whatever is told later; channels are only added."""
        (one,) = waiting.take_notices(at(0), at(10), 1)
        sent = one.replace(reached=("hook",), try_at=None, outcome="sent", done_at=at(1))
        waiting.settle(sent)
        assert sent == waiting.deliveries()[0]
        waiting.settle(one.replace(reached=("mail", "hook"), outcome="moot", done_at=at(2)))
        assert sent.replace(reached=("hook", "mail")) == waiting.deliveries()[0]
        assert ["c/1", "c/2", "c/3"] == [found.id for found in waiting.notices(unsent=True)]
        assert [] == waiting.notices("other", unsent=True)
        assert 4 == len(waiting.notices("c"))
        assert ["c/1"] == [o.notice.id for o in waiting.take_notices(at(1), at(9))]

    def test_tried_again_later(self, waiting: Store) -> None:
        """What was not taken by every channel waits for the instant that was told."""
        (one,) = waiting.take_notices(at(0), at(10), 1)
        waiting.settle(one.replace(reached=("mail",), try_at=at(60), tries=0))
        assert ["c/1", "c/2", "c/3"] == [o.notice.id for o in waiting.take_notices(at(59), at(99))]
        (later,) = waiting.take_notices(at(60), at(99))
        assert (2, ("mail",)) == (later.tries, later.reached)

    def test_a_stranger(self, waiting: Store) -> None:
        """A notice that is not there is not made."""
        before = waiting.deliveries()
        waiting.settle(Delivery(notice=notice("nobody"), outcome="sent", done_at=at(1)))
        assert before == waiting.deliveries()

    def test_threads_take_every_notice_once(self, shared: Store) -> None:
        """Several workers at once never hold the same one."""
        for case in "abcdef":
            notices = tuple(notice(case, number) for number in range(10))
            shared.commit(commit(case, notices=notices))

        def take(_: int) -> list[str]:
            mine: list[str] = []
            while shared.notices(unsent=True):
                for one in shared.take_notices(at(99), at(999), 3):
                    shared.settle(one.replace(try_at=None, outcome="sent", done_at=at(99)))
                    mine.append(one.notice.id)
            return mine

        with ThreadPoolExecutor(4) as pool:
            taken = [id for mine in pool.map(take, range(4)) for id in mine]
        assert 60 == len(taken) == len(set(taken))
        assert {1} == {one.tries for one in shared.deliveries()}


class TestWorkers:
    """Who is at work, and what all are to know."""

    def test_the_last_beat_counts(self, store: Store) -> None:
        """One line per worker, the one seen last first; equals by id."""
        one = Worker(id="w1", release="0.2", started_at=at(0), beat_at=at(1))
        two = Worker(id="w0", release="0.2", started_at=at(1), beat_at=at(3))
        three = Worker(id="w2", release="0.1", started_at=at(0), beat_at=at(3))
        for worker in (one, two, three):
            store.beat(worker)
        assert [two, three, one] == store.workers()
        later = one.replace(beat_at=at(4), stopped_at=at(4))
        store.beat(later)
        assert [later, two, three] == store.workers()

    def test_the_last_ones_are_told_of(self, store: Store) -> None:
        """One that starts again and again leaves the others to be seen, and costs nobody time."""
        for number in range(WORKERS + 2):
            beat_at = at(number)
            store.beat(Worker(id=f"w{number}", release="1", started_at=beat_at, beat_at=beat_at))
        expected = [f"w{number}" for number in range(WORKERS + 1, 1, -1)]
        assert expected == [one.id for one in store.workers()]

    def test_a_mark_until_it_is_taken_away(self, store: Store) -> None:
        """The last word under a name is the one that all see."""
        store.mark("clock", "went back")
        store.mark("backup", "Ä 'x'")
        store.mark("clock", "")
        assert [("backup", "Ä 'x'"), ("clock", "")] == list(store.marks().items())
        store.mark("clock", None)
        store.mark("nothing", None)
        assert {"backup": "Ä 'x'"} == store.marks()


class TestFigures:
    """How much there is, how far behind it is, and what the clock showed."""

    def test_an_empty_store(self, store: Store) -> None:
        """Nothing is behind."""
        nothing = Figures(
            cases=0, open=0, events=0, due=0, due_since=None, unsent=0, unsent_since=None
        )
        assert nothing == store.figures(at(0))

    def test_counted(self, store: Store) -> None:
        """Cases, events, what is due and what waits, with the earliest of each."""
        store.commit(commit("a", add=3, next_at=at(5), notices=(notice("a", 8), notice("a", 4))))
        store.commit(commit("b", next_at=at(3), closed=True))
        store.commit(commit("c", next_at=at(6), notices=(notice("c", 2),)))
        (first, *_) = store.take_notices(at(2), at(9))
        store.settle(first.replace(try_at=None, outcome="moot", done_at=at(2)))
        expected = Figures(
            cases=3, open=2, events=5, due=2, due_since=at(3), unsent=2, unsent_since=at(4)
        )
        assert expected == store.figures(at(5))

    def test_written_when(self, store: Store) -> None:
        """Beside each event stands what the clock showed, earlier or later than its date."""
        early = commit("c", 2).replace(written_at=START.replace(year=1999))
        store.commit(commit("c", add=2))
        store.commit(early)
        events = store.events("c")
        shown = [at(2.5), at(2.5), early.written_at]
        expected = [
            Entry(event=event, written_at=when) for event, when in zip(events, shown, strict=True)
        ]
        assert expected == store.entries("c")
        assert expected[1:] == store.entries("c", after=1)

    def test_another_clock(self, store: Store) -> None:
        """Of a server it is the server's, near ours here; a file has none."""
        shown = store.clock()
        if isinstance(store, PostgresStore):
            assert shown is not None
            assert abs(shown - datetime.now(UTC)) < timedelta(minutes=1)
        else:
            assert shown is None


class TestProtocols:
    """The texts that cases began under."""

    def test_a_text_is_kept(self, store: Store) -> None:
        """Character by character, blanks and all; the first one under a digest stays."""
        text = "protocol: ä\r\n  # 👩‍⚖️\t\n\n"
        store.keep_protocol("d1", "site-a", "1", text)
        store.keep_protocol("d2", "site-a", "2", "")
        store.keep_protocol("d1", "site-b", "9", "other")
        assert [text, "", None] == [store.protocol_text(digest) for digest in ("d1", "d2", "d3")]
        assert ["d1", "d2"] == store.digests()

    def test_a_text_that_cannot_be_kept(self, store: Store) -> None:
        """Half a character is refused, not mended."""
        with pytest.raises(StoreError, match="no store can keep"):
            store.keep_protocol("d", "site-a", "1", "\ud800")
        assert store.protocol_text("d") is None


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
_JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(data=_JSON)
def test_data_of_every_shape(data: object) -> None:
    """Both stores give back what JSON can say: all characters, big numbers, any nesting."""
    written = event("c", 1, data={"found": data})
    with sqlite_host() as in_tables:
        for opened in (MemoryStore(), in_tables):
            opened.commit(commit("c").replace(events=(written,)))
            assert [written] == opened.events("c")
