"""Ten protocols as beginners write them, with their usual faults, and the same ones mended.

Half of them come from a protocol that is shipped, half were written by hand. Each
`beginners/NN-mended.yaml` was got from `NN-broken.yaml` by doing what the messages say and nothing
else, in several rounds: `told.txt` holds what is said first.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.checks import OFF, Report, report_concise, run
from protocolkit.language.reading import read_text
from tests.checks.harness import TODAY

BEGINNERS = Path(__file__).parent / "beginners"
NUMBERS = [path.name[:2] for path in sorted(BEGINNERS.glob("*-broken.yaml"))]

CODES = {
    "01": "PK006 PK006 PK101 PK004",
    "02": "PK401 PK101 PK401 PK510",
    "03": "PK006 PK006 PK101 PK005",
    "04": "PK002 PK405 PK404 PK006 PK101 PK302",
    "05": "PK001",
    "06": "PK006 PK101 PK006 PK101",
    "07": "PK001",
    "08": "PK004 PK005 PK005 PK004 PK004 PK006 PK004 PK004",
    "09": "PK401 PK401 PK401 PK004 PK402",
    "10": "PK006 PK006 PK006 PK006 PK006 PK006 PK006 PK006 PK101",
}
"""What is found in each broken one at first: the codes, in the order of the file."""


def _judged(name: str) -> Report:
    path = BEGINNERS / name
    return run(read_text(path.read_text(encoding="utf-8"), name, BEGINNERS), off=OFF, today=TODAY)


def test_there_are_ten_and_each_is_in_the_table() -> None:
    """No protocol of a beginner without what is to be found in it."""
    assert sorted(CODES) == NUMBERS
    assert 10 == len(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_broken_one_gives_exactly_its_codes(number: str) -> None:
    """Nothing is missed, and nothing is told besides."""
    found = [finding.code for finding in _judged(f"{number}-broken.yaml").findings]
    assert CODES[number].split() == found


@pytest.mark.parametrize("number", NUMBERS)
def test_a_mended_one_gives_none(number: str) -> None:
    """Whoever does what the messages say arrives at a protocol without a finding."""
    assert "" == report_concise.render(_judged(f"{number}-mended.yaml").findings)


def test_all_that_is_said_to_beginners() -> None:
    """Place, code and words of every first message, so that a change of one is seen."""
    expected = (BEGINNERS / "told.txt").read_text(encoding="utf-8")
    assert expected == "".join(
        report_concise.render(_judged(f"{number}-broken.yaml").findings) for number in NUMBERS
    )
