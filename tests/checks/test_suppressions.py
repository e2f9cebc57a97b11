"""Accepting a finding: where a comment counts, what it must say, what it can never hide."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from protocolkit.checks import ALL, OFF, run
from protocolkit.checks.edits import applied
from protocolkit.checks.suppressions import Acceptances, can_be_accepted, suppressions
from protocolkit.ground.findings import Finding
from protocolkit.language.reading import read_file, read_text
from tests.checks.harness import complete, judged

STUCK = """\
states:
  identified: {initial: true}
  referred: {title: "Passed on"}
  closed: {final: true}
triggers:
  refer: {who: djo, moves: {from: identified, to: referred}}
  close: {who: djo, moves: {from: identified, to: closed}}
"""
IGNORE = "# protocolkit: ignore[PK204] "


def _reasons(text: str, today: date | None = None) -> list[str]:
    """The reasons with which PK204 is accepted; other findings are about the comments."""
    report = run(read_text(complete(text)), today=today)
    assert {finding.code for finding in report.findings} <= {"PK204", "PK905", "PK906"}
    return [finding.suppressed for finding in report.findings if finding.code == "PK204"]


def _told(text: str, today: date | None = None) -> list[tuple[str, str, int]]:
    """What is told about the comments: code, what it is about, line."""
    report = run(read_text(complete(text)), today=today)
    return [
        (one.code, one.message, one.place.start.line if one.place else 0)
        for one in report.open
        if one.code in ("PK905", "PK906")
    ]


@pytest.mark.parametrize(
    ("line", "commented"),
    [
        pytest.param("states:", "states:  {c}", id="line of the section"),
        pytest.param('"Passed on"}', '"Passed on"}  {c}', id="its own line"),
        pytest.param(
            '  referred: {title: "Passed on"}', "  referred:  {c}\n    title: x", id="its key"
        ),
    ],
)
def test_a_comment_counts_on_its_line_and_on_the_keys_around(line: str, commented: str) -> None:
    """The finding stays in the report, with the reason."""
    text = STUCK.replace(line, commented.replace("{c}", IGNORE + "the court keeps these"))
    report = judged(text)
    assert ["the court keeps these"] == [finding.suppressed for finding in report.findings]
    assert () == report.open


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(IGNORE + "too early\n" + STUCK, id="on another line"),
        pytest.param(STUCK.replace("triggers:", "triggers:  " + IGNORE + "x"), id="other section"),
    ],
)
def test_elsewhere_it_hides_nothing(text: str) -> None:
    """A comment above the line is about something else."""
    assert [""] == _reasons(text)


@pytest.mark.parametrize(
    "title",
    [
        f'"Passed on {IGNORE}x"',
        f"'Passed on\n      {IGNORE}x'",
        "Passed on# protocolkit:ignore[PK204] x",
        f">-\n      Passed on\n      {IGNORE}x",
        f"|\n      Passed on\n\n      {IGNORE}x",
    ],
)
def test_what_stands_inside_a_text_is_no_comment(title: str) -> None:
    """However the text is written; the comment behind it is one."""
    before = f"a:\n    title: {title}\n"
    text = before + "b: c  # protocolkit: ignore[PK205] true\n"
    (found,) = suppressions("it.yaml", text)
    assert (("PK205",), "true", before.count("\n") + 1) == (found.codes, found.reason, found.line)


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param("# protocolkit: ignore[PK204]", id="no reason"),
        pytest.param("# protocolkit: ignore[PK204]  -- ", id="a reason without words"),
        pytest.param("# protocolkit: ignore[PK204] until 2030-01-01", id="only a day"),
        pytest.param("# protocolkit: ignore[PK204] x, until 2030-02-30", id="no such day"),
        pytest.param("# protocolkit: ignore reason", id="no code"),
        pytest.param("# protocolkit: ignore[] reason", id="empty brackets"),
        pytest.param("# protocolkit: ignore[PK2] reason", id="half a code"),
        pytest.param("# protocolkit: ignore[dead-end] reason", id="a name, no code"),
        pytest.param("# protocolkit: ignore[PK205] reason", id="another code"),
        pytest.param("# protocolkit ignore[PK204] reason", id="no colon"),
    ],
)
def test_a_bad_comment_hides_nothing(comment: str) -> None:
    """What is not said properly is not accepted."""
    assert [""] == _reasons(STUCK.replace('Passed on"}', f'Passed on"}}  {comment}'))


def test_a_bad_comment_does_not_stand_in_the_way_of_a_good_one() -> None:
    """Two comments are around the finding; one gives a reason."""
    text = STUCK.replace("states:", f"states:  {IGNORE}").replace('on"}', f'on"}}  {IGNORE}why')
    assert ["why"] == _reasons(text)


def test_a_file_that_cannot_be_read_has_no_comments() -> None:
    """What is no YAML accepts nothing."""
    assert [] == list(suppressions("it.yaml", f"a: [  {IGNORE}x"))


def test_several_codes_share_one_reason() -> None:
    """And one of them that cannot be accepted does not spoil the others."""
    text = STUCK.replace(
        'on"}', 'on"}  # protocolkit: ignore[PK101, PK205, PK204] the court keeps these'
    )
    assert ["the court keeps these"] == _reasons(text)


def test_a_day_ends_the_acceptance() -> None:
    """On the day itself it holds; without a day of today it holds, too."""
    text = STUCK.replace('on"}', f'on"}}  {IGNORE}statutory form, until 2027-01-01')
    reason = "statutory form, until 2027-01-01"
    assert [reason] == _reasons(text)
    assert [reason] == _reasons(text, date(2027, 1, 1))
    assert [""] == _reasons(text, date(2027, 1, 2))


def test_faults_of_the_file_and_of_names_cannot_be_accepted() -> None:
    """A protocol that does not mean what it says cannot be run, reason or not."""
    never = {"PK401", "PK701", "PK702", "PK703", "PK905", "PK906"}
    never |= {page.code for page in ALL if page.code.startswith(("PK0", "PK1"))}
    codes = {page.code for page in ALL}
    assert never & codes == {code for code in codes if not can_be_accepted(code)}
    report = judged(
        "facts:\n  danger: {type: boolean}  # protocolkit: ignore[PK102] we may need it\n"
    )
    assert {"PK102", "PK906"} == {finding.code for finding in report.open}
    report = judged("titel: x  # protocolkit: ignore[PK004] we like it\n")
    assert {"PK004", "PK906"} == {finding.code for finding in report.open}


@pytest.mark.parametrize(
    ("code", "path", "expected"),
    [
        ("PK812", ("meetings", "review"), "there are no such meetings here"),
        ("PK812", ("meetings", "review", "asked", 0), "there are no such meetings here"),
        ("PK812", ("meetings", "other"), ""),
        ("PK813", ("meetings", "review"), ""),
        ("PK815", (), "the goal is in the agreement"),
        ("PK204", ("meetings", "review"), ""),
    ],
)
def test_practice_checks_are_answered_in_the_protocol(
    code: str, path: tuple[str | int, ...], expected: str
) -> None:
    """`not_applicable` counts for the element and for the whole, and for practice only."""
    text = complete(
        "not_applicable: {PK815: the goal is in the agreement}\n"
        "meetings:\n"
        "  other: {required: djo}\n"
        "  review:\n"
        "    required: djo\n"
        "    not_applicable:\n"
        "      PK812: there are no such meetings here\n"
        "      PK204: nor this\n"
    )
    reading = read_text(text)
    assert reading.ok
    assert reading.protocol is not None
    finding = Finding(code=code, name="x", severity="advice", message="x", path=path)
    marked = Acceptances(reading, (), None).mark(finding)
    by = "not_applicable" if expected else None
    assert (expected, by) == (marked.suppressed, marked.suppressed_by)


def test_comments_count_in_the_file_where_the_part_is_written() -> None:
    """A comment in one file never hides a finding in another, though the lines agree."""
    text = STUCK.replace('on"}', f'on"}}  {IGNORE}reason')
    reading = read_text(complete(text))
    other = reading.replace(
        texts=MappingProxyType({"<text>": complete(STUCK), "other.yaml": complete(text)})
    )
    assert ["reason"] == [one.suppressed for one in run(reading).findings]
    stuck = (one for one in run(other).findings if one.code == "PK204")
    assert [""] == [one.suppressed for one in stuck]


def test_a_hash_inside_a_text_does_not_hide_the_comment_behind_it() -> None:
    """The comment is what stands behind the text."""
    assert ["why"] == _reasons(STUCK.replace('"Passed on"}', f'"Passed # on"}}  {IGNORE}why'))


def test_how_it_was_accepted_is_kept() -> None:
    """By a comment, with the reason and its last day."""
    text = STUCK.replace('on"}', f'on"}}  {IGNORE}statutory form, until 2027-01-01')
    (found,) = run(read_text(complete(text))).findings
    assert ("comment", date(2027, 1, 1)) == (found.suppressed_by, found.suppressed_until)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# protocolkit: ignore[PK204]", "This accepts nothing: it gives no reason."),
        ("# protocolkit: ignore[PK204] until 2030-01-01", "it gives no reason."),
        ("# protocolkit: ignore[PK204] x, until 2030-02-30", "there is no day 2030-02-30."),
        ("# protocolkit: ignore[] reason", "it names no code."),
        ("# protocolkit: ignore reason", "the codes stand in brackets behind `ignore`."),
        ("# protocolkit ignore[PK204] reason", "the codes stand in brackets behind `ignore`."),
        ("# Protocolkit: Ignore[PK204] x", "the codes stand in brackets behind `ignore`."),
        ("# protocolkit: ignore[PK204, PK999] x", "There is no check `PK999`."),
        ("# protocolkit: ignore[PK204, dead-end] x", "There is no check `dead-end`."),
        ("# protocolkit: ignore[PK204, PK2] x", "There is no check `PK2`."),
        ("# protocolkit: ignore[PK204, PK102] x", "PK102 cannot be accepted in the file."),
        ("# protocolkit: ignore[PK204, PK702] x", "PK702 cannot be accepted in the file."),
        ("# protocolkit: ignore[PK204, PK905] x", "PK905 cannot be accepted in the file."),
        (
            "# protocolkit: ignore[PK204, PK203] x",
            "PK203 is found by `protocolkit verify`, and nothing hides it.",
        ),
        ("# protocolkit: ignore[PK204] x, until 2025-12-31", "2025-12-31, is over."),
    ],
)
def test_a_bad_acceptance_is_told(comment: str, expected: str) -> None:
    """Whoever wrote it must hear that it does not count: an error, on its line."""
    text = STUCK.replace('on"}', f'on"}}  {comment}')
    ((code, message, line),) = _told(text, date(2026, 1, 15))
    assert ("PK906", 3) == (code, line)
    assert message.endswith(expected)


def test_an_acceptance_inside_a_text_is_told() -> None:
    """It is read aloud with the title, and hides nothing."""
    text = STUCK.replace('"Passed on"', f'"Passed on {IGNORE}why"')
    assert [("PK906", "This stands inside a text, so it accepts nothing.", 3)] == _told(text)
    assert [""] == _reasons(text)


def test_what_accepts_nothing_is_told_and_can_be_taken_out() -> None:
    """One finding for the codes of a comment that met nothing; mended, they are not there."""
    text = complete(STUCK.replace('on"}', 'on"}  # protocolkit: ignore[PK204, PK205] why'))
    report = run(read_text(text))
    (unused,) = report.open
    assert ("PK905", "There is no PK205 here to accept.") == (unused.code, unused.message)
    assert unused.fix
    assert text.replace("PK204, PK205", "PK204") == applied(text, unused.fix.edits)
    more = run(read_text(text.replace("PK205", "PK205, PK301"))).open
    assert ["There is no PK205 and no PK301 here to accept."] == [one.message for one in more]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  closed: {final: true}  # protocolkit: ignore[PK204] x\n", "  closed: {final: true}\n"),
        ("  # protocolkit: ignore[PK204] x\n  closed: {}\n", "  closed: {}\n"),
        ("a: b\n# protocolkit: ignore[PK204] x", "a: b\n"),
        ("states:\r\n  # protocolkit: ignore[PK204] x\r\n  a: {}\r\n", "states:\r\n  a: {}\r\n"),
    ],
)
def test_taking_a_comment_out_leaves_the_rest(before: str, after: str) -> None:
    """With its line if it stands alone, else with the gap before it; line ends stay."""
    (comment,) = suppressions("it.yaml", before.replace("\r\n", "\n"))
    assert after == applied(before, [comment.removal])


def test_of_checks_that_did_not_run_nobody_knows() -> None:
    """One that is off, and any while the file has an error."""
    text = STUCK.replace("initial: true}", "initial: true}  # protocolkit: ignore[PK509] why")
    assert [] == _told(text)
    on = run(read_text(complete(text)), off=OFF - {"PK509"})
    assert ["PK509"] == [one.code for one in on.findings if one.suppressed]
    text = STUCK.replace("states:", "states:  # protocolkit: ignore[PK205] why")
    assert [("PK905", "There is no PK205 here to accept.", 1)] == _told(text)
    report = run(read_text(complete(text.replace("to: closed}", "to: closde}"))))
    assert "PK905" not in {one.code for one in report.open}


def test_several_comments_may_accept_one_finding() -> None:
    """Each of them meets it, so none is there for nothing."""
    text = STUCK.replace("states:", f"states:  {IGNORE}one").replace('on"}', f'on"}}  {IGNORE}two')
    assert [] == _told(text)


def test_answers_that_answer_nothing_are_told() -> None:
    """In `not_applicable`: no check on practice, no reason, and what did not come up."""
    reading = read_text(
        complete(
            "not_applicable:\n"
            "  PK204: a county form\n"
            "  PK899: nobody knows\n"
            '  PK815: ""\n'
            "  PK801: one officer does it all\n"
        )
    )
    accepted = Acceptances(reading, {"PK801", "PK815"}, None)
    bad = [("PK906", 2), ("PK906", 3), ("PK906", 4)]
    assert [*bad, ("PK905", 5)] == _lines(accepted)
    finding = Finding(code="PK801", name="x", severity="advice", message="x")
    assert "one officer does it all" == accepted.mark(finding).suppressed
    assert bad == _lines(accepted)


def _lines(accepted: Acceptances) -> list[tuple[str, int]]:
    return [(one.code, one.place.start.line) for one in accepted.findings() if one.place]


def test_a_file_is_not_blamed_for_the_one_that_it_builds_on(tmp_path: Path) -> None:
    """What the base accepts, and no longer meets in the overlay, is told in the base alone."""
    (tmp_path / "base.yaml").write_text(
        complete(STUCK.replace('on"}', f'on"}}  {IGNORE}why')), encoding="utf-8"
    )
    over = 'protocolkit: "1"\nid: over\njurisdiction: X\nextends: base\nadd:\n  triggers:\n'
    over += "    back: {who: djo, moves: {from: referred, to: closed}}\n"
    (tmp_path / "over.yaml").write_text(over, encoding="utf-8")
    assert ((), ()) == tuple(
        run(read_file(tmp_path / name)).open for name in ("base.yaml", "over.yaml")
    )


def test_a_flood_of_comments_is_told_in_part() -> None:
    """Fifty of them, and that there are more."""
    told = [one.message for one in run(read_text(f"{IGNORE}x\n" * 60 + complete(""))).open]
    assert (50, True) == (len(told), told[-1].endswith(" There are more, which are not listed."))
    exactly = [one.message for one in run(read_text(f"{IGNORE}x\n" * 50 + complete(""))).open]
    assert {"There is no PK204 here to accept."} == set(exactly)
