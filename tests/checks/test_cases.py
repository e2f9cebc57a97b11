"""Each check on files of its own: `bad-*.yaml` gives the lines in `bad-*.out`, `ok-*.yaml` none.

A file holds only what matters; the harness adds the rest below it. To add a case, write the
YAML and the lines you expect; no Python is needed. A roster stands beside it as `bad-*.roster`.
"""

from __future__ import annotations

import pytest

from protocolkit.checks import ALL, OFF, report_concise
from protocolkit.checks.catalogue import OF_ROSTER, ONLY_PROVED
from protocolkit.cli.roster import everybody
from tests.checks.harness import CASES, judged
from tests.checks.test_pages import NOTHING_OLD_YET


def _files(start: str) -> list[str]:
    return sorted(path.relative_to(CASES).as_posix() for path in CASES.glob(f"*/{start}-*.yaml"))


def _lines(case: str) -> str:
    path = CASES / case
    roster = path.with_suffix(".roster")
    report = judged(
        path.read_text(encoding="utf-8"),
        file=path.name,
        folder=path.parent,
        off=(OFF | OF_ROSTER) - {case[:5]},
        people=everybody(str(roster)) if roster.exists() else None,
    )
    return report_concise.render(report.findings)


@pytest.mark.parametrize("case", _files("bad"))
def test_a_bad_case_gives_its_lines(case: str) -> None:
    """Place, code and words, and nothing more."""
    expected = (CASES / case).with_suffix(".out").read_text(encoding="utf-8")
    assert expected == _lines(case)
    assert f" {case[:5]} " in expected


@pytest.mark.parametrize("case", _files("ok"))
def test_a_good_case_gives_nothing(case: str) -> None:
    """Also no finding of any other check that is on by itself."""
    assert "" == _lines(case)


def test_every_code_has_cases_of_both_kinds() -> None:
    """A check without a bad and a good case is not tested; proofs have tests of their own."""
    expected = sorted(
        f"{page.code}-{page.name}"
        for page in ALL
        if page.code not in NOTHING_OLD_YET and page.code not in ONLY_PROVED
    )
    assert expected == sorted({case.split("/")[0] for case in _files("bad")})
    assert expected == sorted({case.split("/")[0] for case in _files("ok")})
