"""`protocolkit case list` and `notices`, and whom `todo` is about: all cases of a store."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from protocolkit.api import Engine, open_store
from protocolkit.ground.clock import VirtualClock
from protocolkit.language.reading import read_text
from protocolkit.semantics.actors import Actor
from tests.cli.conftest import DJO, MORNING, NOON, SUPERVISOR, Command
from tests.cli.harness import TINY

WAITING = "c-1  tiny  open, time alone will do nothing\n"


@pytest.mark.usefixtures("cases")
def test_a_line_for_each_case(pk: Command) -> None:
    """Its id, its protocol, and whether it is closed or when time does something to it."""
    due = "c-2  tiny  open, time does something next: Tue 4 Mar 2025, 11:00 CST\n"
    assert WAITING + due + "c-3  tiny  closed\n" == pk("case", "list", *MORNING).out
    ran = pk("case", "list", "--open", *MORNING)
    assert (0, WAITING + due, "") == (ran.code, ran.out, ran.err)


@pytest.mark.usefixtures("cases")
def test_the_list_is_of_now(pk: Command) -> None:
    """What time has done by now is no longer what it does next."""
    assert "c-2  tiny  open, time alone will do nothing\n" in pk("case", "list", *NOON).out


@pytest.mark.usefixtures("cases")
def test_the_list_as_json(pk: Command) -> None:
    """The same for programs, instants in UTC: the first at which a sweep finds something to do,
    which for what is late is just after its limit."""
    cases = json.loads(pk("case", "list", "--format", "json", *MORNING).out)["cases"]
    assert [
        ("c-1", "tiny", False, None),
        ("c-2", "tiny", False, "2025-03-04T17:00:00.000001Z"),
        ("c-3", "tiny", True, None),
    ] == [(one["case"], one["protocol"], one["closed"], one["next_at"]) for one in cases]


def test_a_list_without_cases(pk: Command, tiny: str) -> None:
    """No store is told with 3; a store without a case, or without an open one, in words."""
    assert 3 == pk("case", "list").code
    assert 1 == pk("case", "open", tiny, "--fact", "mood=cross", *DJO).code
    assert "There are no cases.\n" == pk("case", "list").out
    assert "No case is open.\n" == pk("case", "list", "--open").out


@pytest.mark.usefixtures("cases")
def test_the_clock_of_several_zones(pk: Command, tmp_path: Path) -> None:
    """Each case is shown in its own zone; one local time cannot be now for two of them."""
    text = TINY.replace("America/Chicago", "America/Halifax").replace("id: tiny", "id: east")
    (tmp_path / "east.yaml").write_text(text, encoding="utf-8")
    pk("case", "open", "east.yaml", "--id", "c-4", *DJO, *MORNING)
    pk("case", "do", "c-4", "report", *DJO, *MORNING)
    for verb in ("list", "notices"):
        local = pk("case", verb, *NOON)
        assert (2, True) == (local.code, "the cases are in several time zones" in local.err)
    out = pk("case", "list", "--clock", "2025-03-04 09:00-04:00").out
    assert "c-2  tiny  open, time does something next: Tue 4 Mar 2025, 11:00 CST\n" in out
    assert "c-4  east  open, time does something next: Tue 4 Mar 2025, 11:00 AST\n" in out


def test_a_protocol_that_was_not_kept(pk: Command) -> None:
    """A case system may keep no texts: its cases are listed as it left them, in UTC."""
    model = read_text(TINY).protocol
    assert model is not None
    store = open_store("sqlite:///cases.db")
    engine = Engine([model], store, VirtualClock(datetime(2025, 3, 4, 15, tzinfo=UTC)))
    djo = Actor(id="u-17", roles=frozenset({"djo"}))
    engine.fire(engine.open("tiny", by=djo, id="c-1").id, "report", by=djo)
    store.close()
    expected = "c-1  tiny  open, time does something next: Tue 4 Mar 2025, 17:00 UTC\n"
    assert expected == pk("case", "list").out


@pytest.mark.usefixtures("cases")
def test_who_is_to_be_told(pk: Command) -> None:
    """The role, since when, about what; of all cases with their ids, as of now."""
    nobody = pk("case", "notices", *MORNING)
    assert (0, "Nobody is to be told anything.\n") == (nobody.code, nobody.out)
    since = "since Tue 4 Mar 2025, 11:00 CST"
    line = f"Deputy juvenile officer, {since}, about no_answer.1: not sent yet\n"
    assert f"c-2  {line}" == pk("case", "notices", *NOON).out
    assert line == pk("case", "notices", "c-2", *NOON).out
    assert nobody.out == pk("case", "notices", "c-1", *NOON).out
    unknown = pk("case", "notices", "c-9")
    assert (2, True) == (unknown.code, "There is no case `c-9`" in unknown.err)


@pytest.mark.usefixtures("cases")
def test_a_person_to_be_told(pk: Command, tmp_path: Path) -> None:
    """Where the case knows the person, their id stands beside the role."""
    text = TINY.replace("tell: djo", "tell: caseworker")
    (tmp_path / "named.yaml").write_text(text, encoding="utf-8")
    pk("case", "open", "named.yaml", "--id", "c-5", *DJO, *MORNING)
    pk("case", "assign", "c-5", "caseworker=w-3", *SUPERVISOR, *MORNING)
    pk("case", "do", "c-5", "report", *DJO, *MORNING)
    line = "caseworker (w-3), since Tue 4 Mar 2025, 11:00 CST, about no_answer.1: not sent yet\n"
    assert line == pk("case", "notices", "c-5", *NOON).out


@pytest.mark.usefixtures("cases")
def test_notices_as_json(pk: Command) -> None:
    """The same for programs, each with an id that stays the same."""
    (notice,) = json.loads(pk("case", "notices", "--format", "json", *NOON).out)["notices"]
    assert ("c-2", "djo", "no_answer.1", "2025-03-04T17:00:00Z") == tuple(
        notice[name] for name in ("case", "role", "about", "at")
    )
    assert notice["id"].startswith("c-2/")
    assert ([], "", None) == (notice["taken_by"], notice["outcome"], notice["done_at"])


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(
    ("became", "says"),
    [
        ({"reached": ("pager",)}, "taken by pager, not yet by all"),
        ({"reached": ("pager", "mail"), "outcome": "sent"}, "taken by pager, mail, Tue 4 Mar"),
        ({"outcome": "moot"}, "not sent, because it was not true any more"),
    ],
)
def test_what_became_of_a_notice(pk: Command, became: dict[str, Any], says: str) -> None:
    """Who must be told by telephone stands there, and nobody who was told already."""
    pk("case", "list", *NOON)  # which lets time come
    at = datetime(2025, 3, 4, 18, 5, tzinfo=UTC)
    with closing(open_store("sqlite:///cases.db")) as store:
        (taken,) = store.take_notices(at, at)
        done = {"try_at": None, "done_at": at} if "outcome" in became else {}
        store.settle(taken.replace(**became, **done))
    assert f"about no_answer.1: {says}" in pk("case", "notices", *NOON).out
    left = "Nothing waits to be sent.\n" if done else pk("case", "notices", *NOON).out
    assert left == pk("case", "notices", "--unsent", *NOON).out


# -- whom `todo` is about --------------------------------------------------------------


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--for-role: there is no role `superviser` in any protocol of this store; did you"),
        (
            ("c-2",),
            "--for-role: there is no role `superviser` in the protocol of c-2; did you mean",
        ),
        (("--format", "json"), "did you mean `supervisor`?"),
    ],
)
def test_a_misspelt_role_is_refused(pk: Command, words: tuple[str, ...], says: str) -> None:
    """It must never look as if the role owed nothing."""
    ran = pk("case", "todo", *words, "--for-role", "superviser", *MORNING)
    assert (2, "") == (ran.code, ran.out)
    assert says in ran.err


def test_a_role_of_closed_cases_is_known(pk: Command, tiny: str) -> None:
    """That all cases are closed does not make a role unknown; without any case none is known."""
    assert 1 == pk("case", "open", tiny, "--fact", "mood=cross", *DJO).code
    early = pk("case", "todo", "--for-role", "djo")
    assert (2, True) == (
        early.code,
        "any protocol of this store; there is no case yet" in early.err,
    )
    pk("case", "open", tiny, "--id", "c-1", *DJO, *MORNING)
    pk("case", "do", "c-1", "report", *DJO, *MORNING)
    pk("case", "complete", "c-1", "answer", *SUPERVISOR, *MORNING)
    pk("case", "do", "c-1", "close", *SUPERVISOR, *MORNING)
    ran = pk("case", "todo", "--for-role", "djo")
    assert (0, "Nothing is owed.\n") == (ran.code, ran.out)


@pytest.mark.usefixtures("cases")
def test_a_person_who_owes_nothing_is_named(pk: Command) -> None:
    """Persons are not known, so the answer repeats which one was asked about."""
    ran = pk("case", "todo", "--for-person", "p-9", *MORNING)
    assert (0, "Nothing is owed by `p-9`.\n") == (ran.code, ran.out)
