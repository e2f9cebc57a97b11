"""What the runner adds to the checks: places, quiet about consequences, order, what is off."""

from __future__ import annotations

import pytest

from protocolkit.checks import CHECKS, OFF, run
from protocolkit.checks._base import Subject
from protocolkit.ground.findings import Finding
from protocolkit.language.reading import read_text
from tests.checks.harness import CASES, codes, complete, judged

DEAD_END = """\
states:
  identified: {initial: true}
  referred: {}
  closed: {final: true}
triggers:
  refer: {who: djo, moves: {from: identified, to: referred}}
  close: {who: djo, moves: {from: identified, to: closed}}
"""


def _only(fragment: str) -> Finding:
    (finding,) = judged(fragment).findings
    return finding


def test_a_finding_has_its_page_its_place_and_its_story() -> None:
    """Everything that a reader of the finding needs, as values."""
    finding = _only(DEAD_END)
    page = next(check.info for check in CHECKS if check.info.code == "PK204")
    assert finding.place is not None
    assert ("it.yaml", 3, 3, 3, 11) == (
        finding.place.file,
        finding.place.start.line,
        finding.place.start.column,
        finding.place.end.line,
        finding.place.end.column,
    )
    assert ("states", "referred") == finding.path
    assert ("refer: identified -> referred",) == finding.trace
    assert (page.code, page.name, page.severity, page.confidence, page.source) == (
        finding.code,
        finding.name,
        finding.severity,
        finding.confidence,
        finding.source,
    )


def test_a_second_place_shows_the_other_end() -> None:
    """A move that closes a circle is shown with its own place."""
    move = "  go: {who: djo, moves: {from: [identified, b], to: a}}\n"
    finding = _only(
        "states:\n  identified: {initial: true}\n  a: {}\n  b: {}\n  closed: {final: true}\n"
        "triggers:\n  close: {who: djo, moves: {from: identified, to: closed}}\n"
        f"{move}  further: {{who: djo, moves: {{from: a, to: b}}}}\n"
    )
    (related,) = finding.related
    assert "`go` leads back here" == related.label
    assert (8, move.index("to: a") + 5) == (related.place.start.line, related.place.start.column)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(("to: referred", "to: refered"), {"PK101"}, id="slip in a state"),
        pytest.param(
            ("moves: {from: identified, to: r", "movs: {from: identified, to: r"),
            {"PK004"},
            id="slip in a key",
        ),
        pytest.param(("  refer:", "  close:"), {"PK002"}, id="second trigger of one name"),
        pytest.param(("referred: {}", "referred: {final: maybe}"), {"PK006"}, id="wrong value"),
        pytest.param(("referred: {}", "referred: {final: yes}"), {"PK003"}, id="unclear value"),
        pytest.param(
            ("from: identified, to: referred}", "from: identified, to: referred, if: x > }"),
            {"PK401"},
            id="broken condition",
        ),
    ],
)
def test_a_broken_part_has_no_consequences(fault: tuple[str, str], expected: set[str]) -> None:
    """Whatever the fault is in states or moves, it is told alone, not what follows from it."""
    broken = DEAD_END.replace(*fault)
    assert broken != DEAD_END
    assert expected == codes(broken)


def test_a_fault_in_the_first_section_is_placed_there() -> None:
    """Also when the sections that could stand before it are not in the file."""
    doubled = DEAD_END.replace("  closed: {final: true}", "  closed: {}\n  closed: {final: true}")
    assert doubled.startswith("states:")
    assert {"PK002"} == codes(doubled)


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        pytest.param("change: {triggers: {clse: {who: djo}}}", {"PK104"}, id="slip in a name"),
        pytest.param("add: {roles: {a: {kind: judge}, a: {kind: judge}}}", {"PK002"}, id="doubled"),
    ],
)
def test_a_fault_in_what_changes_another_file_mutes_everything(
    overlay: str, expected: set[str]
) -> None:
    """What was meant to be changed could be anything."""
    broken = f"extends: shared\nremove: {{triggers: [close]}}\n{overlay}\n"
    found = judged(broken, folder=CASES / "PK104-import-problem").findings
    assert expected == {finding.code for finding in found}


def test_a_fault_elsewhere_hides_nothing() -> None:
    """A slip in a section that the check does not read leaves its findings there."""
    assert {"PK204", "PK101"} == codes(
        DEAD_END + "follow_ups:\n  tell: {opens_with: refer, who: dja, due: within 4 hours}\n"
    )
    no_zone = complete(DEAD_END).replace("timezone: America/Chicago\n", "")
    assert {"PK204", "PK005"} == {finding.code for finding in run(read_text(no_zone)).findings}


def test_a_fault_anywhere_mutes_what_asks_whether_a_name_is_used() -> None:
    """The name that was written wrongly may be the use."""
    unused = "facts:\n  danger: {type: boolean}\n"
    assert {"PK102"} == codes(unused)
    assert {"PK101"} == codes(
        unused + "follow_ups:\n  tell: {opens_with: close, if: dangr is true, who: djo, "
        "due: within 4 hours}\n"
    )


def test_a_broken_element_is_not_judged_and_its_neighbours_are() -> None:
    """Who may act is judged trigger by trigger."""
    report = judged(
        "triggers:\n"
        "  close: {who: djo, never: djo, moves: {from: identified, to: closed}}\n"
        "  report: {who: dja, never: djo}\n"
    )
    assert [("PK302", 2), ("PK101", 3)] == [
        (finding.code, finding.place.start.line) for finding in report.findings if finding.place
    ]


def test_checks_can_be_off() -> None:
    """By code; rules of thumb are off unless somebody asks for them."""
    alike = (
        "roles:\n"
        "  childrens_division: {kind: caseworker}\n"
        "  children_division: {kind: caseworker}\n"
        "triggers:\n  close:\n    who: [childrens_division, children_division]\n"
        "    moves: {from: identified, to: closed}\n"
    )
    assert {"PK105"} == {finding.code for finding in judged(alike, off=OFF - {"PK105"}).findings}
    assert () == run(read_text(complete(alike))).findings
    assert () == judged(DEAD_END, off=OFF | {"PK204"}).findings
    assert "PK105" in OFF


def test_findings_come_in_the_order_of_the_file() -> None:
    """Those of the reader and those of the checks together."""
    lines = [
        finding.place.start.line
        for finding in judged("jurisdiction: NO\n" + DEAD_END + "titel: x\n").findings
        if finding.place
    ]
    assert [1, 4, 9] == lines


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "\x00", "a: &b c\n", "states: 3\n"])
def test_nothing_raises_on_bad_content(text: str) -> None:
    """Whatever the bytes are, they give findings."""
    report = run(read_text(text))
    assert report.findings
    assert {"error"} == {finding.severity for finding in report.findings}


def test_a_finding_in_a_shared_file_points_there() -> None:
    """A county's file builds on another; the place is where the part is written."""
    folder = CASES / "PK104-import-problem"
    report = judged(
        "extends: shared\nadd:\n  states:\n    referred: {}\n  triggers:\n"
        "    refer: {who: djo, moves: {from: identified, to: referred}}\n",
        folder=folder,
    )
    (finding,) = report.findings
    assert finding.place is not None
    assert ("PK204", "it.yaml", 4) == (
        finding.code,
        finding.place.file,
        finding.place.start.line,
    )
    assert 2 == len(report.texts)


def test_a_flood_of_one_kind_is_cut_short() -> None:
    """Fifty are listed; the last says how many more there are."""
    roles = "".join(f"  r{number}: {{kind: judge}}\n" for number in range(120))
    findings = judged(f"roles:\n  djo: {{kind: juvenile_officer}}\n{roles}").findings
    assert ["PK301"] * 50 == [one.code for one in findings]
    assert findings[-1].message.endswith(" Not listed: 70 more of PK301.")
    assert "Not listed" not in findings[-2].message


def test_a_case_of_many_values_is_told_in_a_few() -> None:
    """The witness holds them all."""
    facts = "".join(f"  f{n}: {{type: boolean, recorded_by: djo}}\n" for n in range(12))
    every = " and ".join(f"f{n} is true" for n in range(12))
    moves = f"[{{from: identified, to: closed, if: {every}}}, {{from: identified, to: other}}]"
    finding = _only(
        f"facts:\n{facts}states: {{identified: {{initial: true}}, other: {{final: true}}, "
        f"closed: {{final: true}}}}\ntriggers:\n  close:\n    who: djo\n    moves: {moves}\n"
    )
    assert finding.code == "PK404"
    assert 12 == len(finding.witness)
    assert "`f7 is true` and 4 more like these" in finding.message


def test_what_asks_for_a_fact_of_no_kind_is_not_judged() -> None:
    """The kind is told as wrong; what it would have meant, nobody knows."""
    protocol = read_text(
        complete(
            "facts: {danger: {type: boolea, recorded_by: djo}, age: {type: integer, range: 0..3, "
            "recorded_by: djo}}\nterms: {one: danger is true, two: age is known}\n"
        )
    ).protocol
    assert protocol is not None
    subject = Subject(protocol)
    assert [("terms", "two", "condition")] == [path for path, _ in subject.conditions]
