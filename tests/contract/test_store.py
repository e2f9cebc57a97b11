"""The interface of a store, asked of every backend; a new one is one line in `OPENERS`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.ground.record import EMPTY
from protocolkit.store.base import Answer, Commit, Store
from protocolkit.store.memory import MemoryStore
from protocolkit.store.sqlite import SqliteStore
from tests.contract.samples import START, at, commit, event, notice


def _memory(_folder: Path) -> Store:
    return MemoryStore()


def _sqlite(folder: Path) -> Store:
    return SqliteStore(folder / "cases.db")


OPENERS: dict[str, Callable[[Path], Store]] = {"memory": _memory, "sqlite": _sqlite}


@contextmanager
def host() -> Iterator[Store]:
    """A store in a host's database, within one long transaction of the host."""
    with closing(sqlite3.connect(":memory:")) as connection:
        store = SqliteStore.on(connection)
        connection.execute("BEGIN IMMEDIATE")
        yield store


@pytest.fixture(params=OPENERS)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind that threads may share."""
    with closing(OPENERS[request.param](tmp_path)) as opened:
        yield opened


@pytest.fixture(params=[*OPENERS, "host"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    kind = request.param
    with host() if kind == "host" else closing(OPENERS[kind](tmp_path)) as opened:
        yield opened


def everything(store: Store, *cases: str) -> dict[str, object]:
    """All that a store tells, to compare before and after."""
    return {
        "heads": list(store.heads()),
        "events": [store.events(case) for case in cases],
        "due": store.due(at(1e6)),
        "notices": store.notices(),
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

    def test_sent_once(self, store: Store) -> None:
        """What was delivered is not offered again; saying so twice, or of a stranger, is fine."""
        store.commit(commit("c", notices=tuple(notice("c", number) for number in range(4))))
        store.mark_sent(["c/0", "c/2", "nobody/7"], at(10))
        store.mark_sent(["c/2"], at(11))
        store.mark_sent([], at(12))
        assert ["c/1", "c/3"] == [found.id for found in store.notices(unsent=True)]
        assert ["c/1", "c/3"] == [found.id for found in store.notices("c", unsent=True)]
        assert [] == store.notices("other", unsent=True)
        assert 4 == len(store.notices())


class TestProtocols:
    """The texts that cases began under."""

    def test_a_text_is_kept(self, store: Store) -> None:
        """Character by character, blanks and all; the first one under a digest stays."""
        text = "protocol: ä\r\n  # 👩‍⚖️\t\n\n"
        store.keep_protocol("d1", "site-a", "1", text)
        store.keep_protocol("d2", "site-a", "2", "")
        store.keep_protocol("d1", "site-b", "9", "other")
        assert [text, "", None] == [store.protocol_text(digest) for digest in ("d1", "d2", "d3")]

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
    with host() as in_tables:
        for opened in (MemoryStore(), in_tables):
            opened.commit(commit("c").replace(events=(written,)))
            assert [written] == opened.events("c")
