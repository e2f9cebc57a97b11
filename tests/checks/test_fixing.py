"""Mending: what is changed, what never is, and that it keeps everything else.

The oracle of the laws is a healthy text: faults are put into it, and mending must give it back,
letter by letter.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.checks import ALL, Report, run
from protocolkit.checks.edits import Stretches, applied, without_item
from protocolkit.checks.fixing import MOST, fixable, mend
from protocolkit.ground.findings import Edit, Finding, Fix, Place, Position
from protocolkit.language.layout import comments
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse
from tests.checks.harness import CASES, TODAY, complete

FILE = "it.yaml"


def _judged(data: bytes, folder: Path | None = None) -> Report:
    return run(read_text(data, FILE, folder), off=(), today=TODAY)


def _mended(text: str, *, unsafe: bool = True) -> str:
    return mend(text.encode(), FILE, _judged, unsafe=unsafe).after.decode()


@pytest.mark.parametrize(
    ("before", "after", "is_safe"),
    [
        pytest.param("jurisdiction: ON", 'jurisdiction: "ON"', True, id="quotes"),
        pytest.param(
            "states: {identified: {initial: true, title: 17:00}, closed: {final: true}}",
            'states: {identified: {initial: true, title: "17:00"}, closed: {final: true}}',
            True,
            id="quotes in brackets",
        ),
        pytest.param(
            "states:\n  identified: {initial: yes}\n  closed: {final: On}",
            "states:\n  identified: {initial: true}\n  closed: {final: true}",
            False,
            id="true and false",
        ),
        pytest.param(
            "triggers:\n  close:\n    who: djo\n    moves:\n"
            "      - {from: identified, to: closed}\n      - {from: identified, to: closed}\n"
            "    title: x",
            "triggers:\n  close:\n    who: djo\n    moves:\n"
            "      - {from: identified, to: closed}\n    title: x",
            True,
            id="a move that stands twice",
        ),
        pytest.param(
            "triggers:\n  close:\n    who: djo\n    moves:\n    - from: identified\n"
            "      to: closed\n    -\n      from: identified\n      to: closed",
            "triggers:\n  close:\n    who: djo\n    moves:\n    - from: identified\n"
            "      to: closed",
            True,
            id="in lines of its own",
        ),
        pytest.param(
            "triggers: {close: {who: djo, moves: [{from: identified, to: closed},\n"
            "  {from: identified, to: closed}]}}",
            "triggers: {close: {who: djo, moves: [{from: identified, to: closed}]}}",
            True,
            id="in brackets",
        ),
        pytest.param(
            "triggers:\n  close:\n    who: djo\n    mvoes: {from: identified, to: closed}",
            "triggers:\n  close:\n    who: djo\n    moves: {from: identified, to: closed}",
            False,
            id="the name of a key",
        ),
        pytest.param(
            "triggers:\n  close:\n    who: djo\n    moves: {from: identified, to: closd}",
            "triggers:\n  close:\n    who: djo\n    moves: {from: identified, to: closed}",
            False,
            id="the name of a state",
        ),
        pytest.param(
            "triggers:\n  close:\n    # who?\n\n    moves: {from: identified, to: closed}",
            "triggers:\n  close:\n    who: unspecified\n    # who?\n\n"
            "    moves: {from: identified, to: closed}",
            False,
            id="a key that is missing",
        ),
        pytest.param(
            "triggers: {close: {moves: {from: identified, to: closed}}}",
            "triggers: {close: {who: unspecified, moves: {from: identified, to: closed}}}",
            False,
            id="in brackets, missing",
        ),
        pytest.param(
            "follow_ups:\n  tell:\n    opens_with: close",
            "follow_ups:\n  tell:\n    who: unspecified\n    due: unspecified\n"
            "    opens_with: close",
            False,
            id="two keys that are missing",
        ),
    ],
)
def test_what_is_mended(before: str, after: str, is_safe: bool) -> None:
    """The text afterwards; what is a guess waits for `unsafe`."""
    before, after = complete(before + "\n"), complete(after + "\n")
    assert after == _mended(before)
    assert (after if is_safe else before) == _mended(before, unsafe=False)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("needs: {old: certanty is confirmed}", id="a name in a condition"),
        pytest.param("needs: {old: no}", id="a condition that tools misread"),
        pytest.param("needs: {old: certainty is confirmed or true}", id="what is always true"),
        pytest.param("who: djoo", id="who acts"),
        pytest.param("never: djoo", id="who may not"),
        pytest.param("who: unspecifed", id="nearly silent"),
        pytest.param("not_applicable: {PK999: x, PK801: no}", id="an answer to practice"),
        pytest.param("who: djo\n    whoo: djo", id="a key that is there already"),
        pytest.param("titel: x\n    tilte: y\n    title: z", id="two for one key"),
        pytest.param('"mvoes": {from: identified, to: closed}', id="what stands in quotes"),
    ],
)
def test_what_is_never_mended(text: str) -> None:
    """Conditions, who acts, answers; and what could be meant in two ways."""
    head = "facts:\n  certainty: {type: choice, values: [suspected, confirmed]}\ntriggers:\n"
    who = "" if "who: " in text else "    who: djo\n"
    text = complete(f"{head}  close:\n{who}    records: certainty\n    {text}\n")
    assert text == _mended(text)


@pytest.mark.parametrize(
    "due", ["010", "within 2 busines days", "24", "17:00", "within reach", "unspecifid"]
)
def test_the_value_of_a_limit_is_never_mended(due: str) -> None:
    """However plain it seems: how long a child may wait is not for a program to settle."""
    text = complete(
        "parameters:\n  reach: {default: 1 hour}\n"
        f"follow_ups:\n  tell: {{who: djo, opens_with: close, due: {due}}}\n"
    )
    assert text == _mended(text)


@pytest.mark.parametrize("name", ["clos}ed", "Closed", '"closed "', "close d"])
def test_a_name_with_a_fault_is_never_written(name: str) -> None:
    """It could even make the file unreadable."""
    text = complete(f"states:\n  identified: {{initial: true}}\n  {name}: {{final: true}}\n")
    assert text == _mended(text)


def test_what_could_not_be_read_any_more_is_left() -> None:
    """Whatever it mends."""
    slip = _proposal("PK101", 1, "[").replace(severity="error")
    unreadable = _GRAVER.replace(code="PK001")
    done = mend(b"x\n", FILE, lambda data: _report(unreadable if b"[" in data else slip))
    assert (b"x\n", (slip,)) == (done.after, done.refused)


def test_a_number_that_is_read_in_two_ways_is_left_to_people() -> None:
    """`010` is eight or ten: only who wrote it knows."""
    text = complete("practices:\n  test: {kind: assessment, items: 010}\n")
    assert "PK003" in {one.code for one in _judged(text.encode()).open}
    assert text == _mended(text)


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param(("  # one", ""), id="behind the one before"),
        pytest.param(("\n      # two", ""), id="above it"),
        pytest.param(("", "  # three"), id="behind it"),
    ],
)
def test_a_move_with_a_comment_stays(comment: tuple[str, str]) -> None:
    """What the comment says may be the difference that was meant."""
    move = "\n      - {from: identified, to: closed}"
    text = f"triggers:\n  close:\n    who: djo\n    moves:{move}{comment[0]}{move}{comment[1]}\n"
    text = complete(text)
    assert "PK103" in {one.code for one in _judged(text.encode()).open}
    assert text == _mended(text)


def test_a_move_that_says_more_stays() -> None:
    """Its title would be lost."""
    first, second = "{from: identified, to: closed}", "{from: identified, to: closed, title: x}"
    text = complete(f"triggers:\n  close: {{who: djo, moves: [{first}, {second}]}}\n")
    assert text == _mended(text)


def test_what_somebody_accepted_stays() -> None:
    """A finding that is accepted, or left out, is not mended behind anybody's back."""
    report = _judged(complete("jurisdiction: ON\n").encode())
    accepted = [one.replace(suppressed="so it is") for one in report.findings]
    assert [] == fixable(report.replace(findings=tuple(accepted)), FILE, unsafe=True)


def test_another_file_is_never_changed(tmp_path: Path) -> None:
    """A fault in the base is mended where the base is named."""
    (tmp_path / "base.yaml").write_text(complete("jurisdiction: ON\n"), encoding="utf-8")
    text = b'protocolkit: "1"\nid: over\nextends: base\nadd: {states: {more: {title: NO}}}\n'
    done = mend(text, FILE, partial(_judged, folder=tmp_path))
    assert text.replace(b"NO", b'"NO"') == done.after


def test_the_first_item_and_what_is_no_item_stay() -> None:
    """Before the first one there is nothing to hold on to."""
    reading = read_text(
        complete("triggers: {close: {who: djo, moves: [{from: identified, to: closed}]}}\n")
    )
    for path in (("triggers", "close", "moves", 0), ("triggers", "close"), ("states", 1)):
        assert without_item(path, reading.places, reading.texts) is None


def test_an_empty_element_gets_no_keys() -> None:
    """Where nothing stands, nobody knows how it is to be written."""
    text = complete("follow_ups:\n  tell: {}\n  ask:\n")
    assert text == _mended(text)


# -- not worse ---------------------------------------------------------------------------

_GRAVER = Finding(code="PK204", name="x", severity="error", message="graver")


def _proposal(code: str, line: int, text: str) -> Finding:
    """A warning whose mending writes a text at the beginning of a line."""
    at = Position(line=line, column=1)
    edit = Edit(place=Place(file=FILE, start=at, end=at), text=text)
    return Finding(
        code=code,
        name="x",
        severity="warning",
        message=code,
        place=edit.place,
        fix=Fix(applicability="safe", title="x", edits=(edit,)),
    )


def _report(*findings: Finding) -> Report:
    return Report(findings=findings, texts={})


def test_what_would_bring_a_graver_fault_is_left() -> None:
    """Of two proposals, the one that does harm is found and told, and the other is made."""
    good, bad = _proposal("PK103", 1, "good "), _proposal("PK905", 2, "bad ")

    def judge(data: bytes) -> Report:
        left = [one for one, word in ((good, b"good"), (bad, b"bad")) if word not in data]
        return _report(*left, *([_GRAVER] if b"bad" in data else []))

    done = mend(b"one\ntwo\n", FILE, judge)
    assert (b"good one\ntwo\n", (good,), (bad,)) == (done.after, done.mended, done.refused)
    assert done.changed


def test_a_fault_of_the_same_gravity_may_come_to_light() -> None:
    """An error can keep checks quiet; what they then say was there before."""
    text = complete("roles:\n  djo: {kind: juvenile_officer}\n  judge: {kind: judge}\ntitel: x\n")
    done = mend(text.encode(), FILE, partial(_quiet), unsafe=True)
    assert ["PK004"] == [one.code for one in done.mended]


def _quiet(data: bytes) -> Report:
    return run(read_text(data, FILE))


def test_mending_without_end_ends() -> None:
    """However often a proposal comes back."""
    done = mend(b"x\n", FILE, lambda _: _report(_proposal("PK103", 1, "y")))
    assert (b"y" * MOST + b"x\n", MOST) == (done.after, len(done.mended))


# -- edits -------------------------------------------------------------------------------


def _edit(start: tuple[int, int], end: tuple[int, int], text: str) -> Edit:
    one, other = (Position(line=line, column=column) for line, column in (start, end))
    return Edit(place=Place(file=FILE, start=one, end=other), text=text)


def test_edits_count_in_characters_and_keep_line_ends() -> None:
    """Also beyond the plane that most letters live in; a new line ends as the others do."""
    text = "é\U0001f600a\r\nb\r\nc"
    assert "é\U0001f600X\r\nb\r\nc" == applied(text, [_edit((1, 3), (1, 4), "X")])
    assert "é\U0001f600a\r\nY\r\nb\r\nc" == applied(text, [_edit((2, 1), (2, 1), "Y\n")])
    assert "é\U0001f600a\r\nb\r\n" == applied(text, [_edit((3, 1), (4, 1), "")])
    both = [_edit((1, 1), (1, 2), "e"), _edit((2, 1), (3, 1), "")]
    assert "e\U0001f600a\r\nc" == applied(text, both) == applied(text, both[::-1])


def test_edits_that_meet_are_not_made_together() -> None:
    """Nor two that add at one place, or at an edge: which comes first would be chance."""
    one = _edit((1, 2), (1, 4), "")
    assert _apart(one, _edit((1, 5), (1, 6), ""))
    assert _apart(one, _edit((1, 4), (1, 6), ""))
    assert not _apart(one, _edit((1, 3), (1, 6), ""))
    assert not _apart(one, _edit((1, 4), (1, 4), "a"))
    assert not _apart(one, _edit((1, 2), (1, 2), "a"))
    assert not _apart(_edit((2, 1), (2, 1), "a"), _edit((2, 1), (2, 1), "b"))
    assert not _apart(one, _edit((1, 1), (3, 1), ""))


def _apart(one: Edit, other: Edit) -> bool:
    """Whether both can be taken, in either order."""
    answers = set()
    for first, second in ((one, other), (other, one)):
        stretches = Stretches()
        assert stretches.take([first])
        answers.add(stretches.take([second]))
    (both,) = answers
    return both


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), max_size=12))
def test_what_is_taken_is_seen_among_much_else(wanted: list[tuple[int, int]]) -> None:
    """As if each stretch were held against each that is taken."""
    stretches, taken = Stretches(), list[Edit]()
    for start, length in wanted:
        edit = _edit((1, start), (1, start + length), "x")
        free = all(_apart(edit, other) for other in taken)
        assert free == stretches.take([edit])
        taken += [edit] if free else []


def test_many_are_mended_in_one_go() -> None:
    """However many findings there are, the text is judged once more than it is mended."""
    judged = []

    def judge(data: bytes) -> Report:
        judged.append(data)
        return run(read_text(data, FILE), most=1_000)

    comments = "# protocolkit: ignore[PK204, PK205] x\n" * 300
    done = mend((comments + complete("")).encode(), FILE, judge)
    assert (complete("").encode(), 300, 2) == (done.after, len(done.mended), len(judged))


# -- laws --------------------------------------------------------------------------------

HEALTHY = complete("""\
# A county's protocol, with comments in many places.
jurisdiction: "NO"  # the letters of the state
title: "off"

roles:
  # who sees the child first
  djo: {kind: juvenile_officer, title: "y"}
  supervisor: {kind: supervisor}  # convenes
facts:
  certainty: {type: choice, values: [suspected, confirmed], recorded_by: djo}
states:
  identified: {initial: true, title: "1_000"}
  reported: {waits_for: supervisor}
  closed:
    # an end

    title: "17:00"
    final: true
triggers:
  report:
    who: djo
    records: certainty
    moves:
      - from: identified
        to: reported
  close:  # by the supervisor alone
    who: supervisor
    title: |
      Closing: a text in
      several lines # with a sign
    moves: [{from: reported, to: closed}]
follow_ups:
  tell:
    opens_with: report
    owed_to: {actor_of: report}
    who: supervisor
    due: within 24 hours
""")
"""A protocol without a finding in the standard profile."""

SAFE: tuple[Callable[[str], list[str]], ...] = (
    # Each gives all texts with one fault of a kind, whose mending gives the text back.
    lambda text: _each(text, r': "(NO|off|y|1_000|17:00)"', lambda at: f": {at[1]}"),
    lambda text: _each(
        text,
        r"\n +- from: identified\n +to: reported",
        lambda at: at[0] * 2,
    ),
    lambda text: _each(
        text,
        r"\{from: reported, to: closed\}",
        lambda at: f"{at[0]}, {at[0]}",
    ),
    lambda text: _each(
        text,
        r"(?<=[a-z}\]:])(?<!several lines # with a sign)(?<!text in)(?=\n)",
        lambda at: (
            "  # protocolkit: ignore[PK204, PK205] once needed" if "#" not in _line(at) else ""
        ),
    ),
    lambda text: _each(
        text,
        r"(?m)^(?= *(?:[a-z_]+:|- from))",
        lambda _: "  # protocolkit: ignore[PK205] as the form says\n",
    ),
)
UNSAFE: tuple[Callable[[str], list[str]], ...] = (
    lambda text: _each(text, r"(?<= )opens_(?=with:)|(?<= )owed_(?=to:)", lambda at: at[0][:-1]),
    lambda text: _each(text, r"(?<=\n)(states|facts|triggers)(?=:)", lambda at: at[0][:-1]),
    lambda text: _each(
        text, r"(?<=to: )(reported|closed)", lambda at: at[0][1] + at[0][0] + at[0][2:]
    ),
    lambda text: _each(text, r"(?<=: )true(?=[,}\n])", lambda _: "yes"),
)


def _each(text: str, pattern: str, write: Callable[[re.Match[str]], str]) -> list[str]:
    found = []
    for at in re.finditer(pattern, text):
        new = text[: at.start()] + write(at) + text[at.end() :]
        found += [new] if new != text else []
    return found


def _line(at: re.Match[str]) -> str:
    return at.string[at.string.rfind("\n", 0, at.start()) + 1 : at.start()]


def test_the_healthy_text_is_healthy() -> None:
    """Else the laws below would hold for nothing; and each kind of fault finds its places."""
    assert () == run(read_text(HEALTHY), today=TODAY).findings
    assert HEALTHY == _mended(HEALTHY)
    assert all(kind(HEALTHY) for kind in (*SAFE, *UNSAFE))


@st.composite
def _faulty(draw: st.DrawFn, kinds: tuple[Callable[[str], list[str]], ...]) -> str:
    """The healthy text with some faults in it."""
    text = HEALTHY
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)):
        if found := kind(text):
            text = draw(st.sampled_from(found))
    return text


def _quietly(data: bytes) -> Report:
    return run(read_text(data, FILE), today=TODAY)


@settings(max_examples=settings().max_examples // 4)
@given(_faulty(SAFE), st.booleans(), st.booleans())
def test_what_is_mended_safely_is_as_it_was(text: str, has_mark: bool, is_windows: bool) -> None:
    """Every letter, every comment, the line ends and the mark at the beginning; and what the
    file says is the same.
    """

    def saved(text: str) -> bytes:
        data = text.replace("\n", "\r\n").encode() if is_windows else text.encode()
        return codecs.BOM_UTF8 * has_mark + data

    done = mend(saved(text), FILE, _quietly)
    assert saved(HEALTHY) == done.after
    assert () == _quietly(done.after).findings
    assert read_text(HEALTHY).protocol == read_text(done.after).protocol


@pytest.mark.parametrize("kind", [*SAFE, *UNSAFE])
def test_each_fault_alone_is_mended(kind: Callable[[str], list[str]]) -> None:
    """Wherever it is put."""
    assert {HEALTHY} == {_mended(text) for text in kind(HEALTHY)}


@settings(max_examples=settings().max_examples // 4)
@given(_faulty((*SAFE, *UNSAFE)))
def test_guesses_find_back_to_what_was_meant(text: str) -> None:
    """Where a slip leaves one name that can be meant."""
    done = mend(text.encode(), FILE, _quietly, unsafe=True)
    left = {one.code for one in _quietly(done.after).open}
    assert left or HEALTHY.encode() == done.after
    again = mend(done.after, FILE, _quietly, unsafe=True)
    assert (done.after, ()) == (again.after, again.mended)


@pytest.mark.parametrize(
    "case", sorted(path.relative_to(CASES).as_posix() for path in CASES.glob("*/bad-*.yaml"))
)
def test_mending_anything_keeps_its_comments_and_ends(case: str) -> None:
    """On every bad file that we have: a second time changes nothing, no comment is lost but
    those that accept nothing, and keys stay in order.
    """
    path = CASES / case
    text = complete(path.read_text(encoding="utf-8"))
    judged = partial(_judged, folder=path.parent)
    done = mend(text.encode(), FILE, judged, unsafe=True)
    assert done.after == mend(done.after, FILE, judged, unsafe=True).after
    assert bool(done.mended) == done.changed
    before, after = (parse(one, FILE) for one in (text, done.after))
    if before[0] is not None:
        assert after[0] is not None
        lost = set(comments(before[0], before[1])) - set(comments(after[0], after[1]))
        assert all("protocolkit" in comment for comment in lost)
    for one in done.mended:
        assert one.fix
        page = next(page for page in ALL if page.code == one.code)
        assert page.fix == "safe" or page.fix == one.fix.applicability


def test_only_pages_that_say_so_have_a_fix() -> None:
    """What the pages promise, and nothing on conditions, roles, limits or practice."""
    promised = {page.code: page.fix for page in ALL if page.fix}
    assert {
        "PK003": "safe",
        "PK004": "unsafe",
        "PK005": "unsafe",
        "PK101": "unsafe",
        "PK103": "safe",
        "PK905": "safe",
    } == promised
