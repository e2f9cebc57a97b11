"""Accepting a finding: where a comment counts, what it must say, what it can never hide."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

import pytest

from protocolkit.checks import ALL, run
from protocolkit.checks.suppressions import accepted, can_be_accepted, suppressions
from protocolkit.ground.findings import Finding
from protocolkit.language.reading import read_text
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
    report = run(read_text(complete(text)), today=today)
    assert all(finding.code == "PK204" for finding in report.findings)
    return [finding.suppressed for finding in report.findings]


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
    texts = {"it.yaml": before + "b: c  # protocolkit: ignore[PK205] true\n"}
    (found,) = suppressions(texts)
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
    assert [] == list(suppressions({"it.yaml": f"a: [  {IGNORE}x"}))


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
    assert {"PK0", "PK1", "PK4"} == {p.code[:3] for p in ALL if not can_be_accepted(p.code)}
    report = judged(
        "facts:\n  danger: {type: boolean}  # protocolkit: ignore[PK102] we may need it\n"
    )
    assert ["PK102"] == [finding.code for finding in report.open]
    report = judged("titel: x  # protocolkit: ignore[PK004] we like it\n")
    assert ["PK004"] == [finding.code for finding in report.open]


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
    assert expected == accepted(finding, (), reading.places, reading.protocol, None)


def test_comments_count_in_the_file_where_the_part_is_written() -> None:
    """A comment in one file never hides a finding in another, though the lines agree."""
    text = STUCK.replace('on"}', f'on"}}  {IGNORE}reason')
    reading = read_text(complete(text))
    other = reading.replace(texts=MappingProxyType({"other.yaml": complete(text)}))
    assert ["reason"] == [finding.suppressed for finding in run(reading).findings]
    assert [""] == [finding.suppressed for finding in run(other).findings]
