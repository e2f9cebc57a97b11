"""The page on scenarios says what is so: every example is run, and the tables match the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from protocolkit.scenarios import Results, coverage, read_text, report_text, run_text
from protocolkit.scenarios.acts import ACTOR, ACTS
from protocolkit.scenarios.vocabulary import FORMS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "scenarios.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NAMED = {
    found.group(1): block for block in BLOCKS if (found := re.match(r"# (\S+\.yaml)\n", block))
}
EXAMPLES = [block for block in BLOCKS if block not in NAMED.values()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the protocols of the page."""
    for name, text in NAMED.items():
        tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    return tmp_path


def _run(text: str, folder: Path) -> Results:
    return run_text(text, "page.scenarios.yaml", folder)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_comes_out_as_it_says(example: str, folder: Path) -> None:
    """It is sound, and it passes."""
    results = _run(example, folder)
    assert [] == [f"{one.message} {one.place}" for one in results.findings]
    assert [] == [str(one) for outcome in results.outcomes for one in outcome.differences]
    assert results.passed


def test_what_differs_is_shown_as_on_the_page(folder: Path) -> None:
    """The story of the child whom nobody sees, with another expectation."""
    text = EXAMPLES[1].partition("\n  entered_late")[0].replace(": overdue", ": open")
    results = run_text(f"{text}\n", "county.scenarios.yaml", folder)
    shown = list(report_text.lines(results.outcomes[0], 100))
    covered = coverage(one for outcome in results.outcomes for one in outcome.touched)
    shown += [f"coverage of {line}" for line in report_text.counts(covered)]
    page = PAGE.partition("```text\ncounty.scenarios.yaml\n")[2].partition("\n0 passed")[0]
    assert " ".join(shown).split() == page.split()


def test_the_fault_is_found_where_the_page_says(folder: Path) -> None:
    """The one example that is wrong says so in its line."""
    text = NAMED["refused.scenarios.yaml"]
    (found,) = read_text(text, "page.yaml", folder).findings
    line = text.splitlines()[found.place.start.line - 1 if found.place else 0]
    said = line.partition("# error: ")[2]
    assert found.message.lower().startswith(said.lower())


def test_every_form_has_an_example(folder: Path) -> None:
    """Each act and each key of an expectation stands in an example that is run."""
    words = set(re.findall(r"[a-z_]+(?=:)", "".join(EXAMPLES)))
    keys = {
        key.name for name in ("expect", "owing", "ended", "meeting") for key in FORMS[name].keys
    }
    assert set() == ACTS.keys() - words
    assert {key.name for key in ACTOR} <= words
    assert set() == keys - words - {
        "undecided",
        "outer",
        "aim",
        "late",
        "opened",
        "owed_to",
        "holder",
    }
    assert folder.is_dir()
