"""GitHub annotations: read back as the runner of GitHub Actions reads them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from protocolkit.checks import report_github
from protocolkit.ground.findings import Finding
from tests.checks.reporting import ACCEPTED, ANY_FINDING, WITH_EVERYTHING, made_up, place


def _read(line: str) -> tuple[str, dict[str, str], str]:
    """A command, its values and its message, as the runner takes a line apart."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert found is not None
    values = dict(one.split("=", 1) for one in found[2].split(","))
    for sign, number in ((":", "%3A"), (",", "%2C"), ("\r", "%0D"), ("\n", "%0A"), ("%", "%25")):
        values = {name: value.replace(number, sign) for name, value in values.items()}
    message = found[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return found[1], values, message


def test_one_command_for_each_open_finding() -> None:
    """With the place, a title, the message and what to do on a line of its own."""
    shown = report_github.render([WITH_EVERYTHING, ACCEPTED])
    assert (
        "::error file=a.yaml,line=3,endLine=3,col=2,endColumn=7,title=PK205 trap::"
        "No end can be reached from `waiting`.%0AWhat to do: add a move\n"
    ) == shown
    assert "" == report_github.render([ACCEPTED])


def test_each_severity_has_its_command() -> None:
    """Advice is a notice."""
    findings = [made_up(severity=one) for one in ("error", "warning", "advice")]
    assert {"error", "warning", "notice"} == {
        _read(line)[0] for line in report_github.render(findings).splitlines()
    }


def test_what_has_a_meaning_in_a_command_is_written_by_its_number() -> None:
    """In values also the colon and the comma; a file's name cannot end the command."""
    file = "50%, a::b\n::error::c.yaml"
    finding = made_up(message="100% of\r\n`a::b`, so", place=place(1, 1, 2, file))
    (line,) = report_github.render([finding]).splitlines()
    assert line.startswith("::notice file=50%25%2C a%3A%3Ab\\u000a%3A%3Aerror%3A%3Ac.yaml,line=1,")
    command, values, message = _read(line)
    assert ("notice", "100% of `a::b`, so") == (command, message)
    assert "50%, a::b\\u000a::error::c.yaml" == values["file"]


def test_columns_only_within_one_line() -> None:
    """GitHub refuses them for a stretch over several lines; without a place there is none."""
    _, values, _ = _read(report_github.annotation(made_up(place=place(2, 3, 4, last=5))))
    assert {"file": "a.yaml", "line": "2", "endLine": "5", "title": "PK000 made-up"} == values
    assert "::notice title=PK000 made-up::Something." == report_github.annotation(
        made_up(place=None)
    )


@given(st.lists(ANY_FINDING, max_size=3))
def test_any_finding_is_one_command(findings: list[Finding]) -> None:
    """Whatever signs stand in its texts, each open finding is a line, and nothing else is."""
    shown = report_github.render(findings)
    lines = shown.split("\n")[:-1]
    assert sum(not one.suppressed for one in findings) == len(lines)
    assert lines == [line for line in lines if re.match(r"::(error|warning|notice) ", line)]
    assert shown.splitlines() == lines  # no other sign ends a line
