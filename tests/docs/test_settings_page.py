"""The page on settings: its examples work, and its tables say what is so."""

from __future__ import annotations

import re
from pathlib import Path

from protocolkit.checks import run
from protocolkit.checks.catalogue import PROFILES
from protocolkit.checks.config import KEYS, settings_for
from protocolkit.checks.settings import settings
from protocolkit.language.reading import read_text
from tests.checks.harness import TODAY, complete
from tests.cli.harness import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def _block(kind: str, start: str) -> str:
    """The example of a kind that begins in some way."""
    blocks: list[str] = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return next(block for block in blocks if block.startswith(start))


def test_the_example_config_says_what_the_page_says(tmp_path: Path) -> None:
    """It is read without a fault, and holds every key."""
    text = _block("toml", "profile")
    (tmp_path / "protocolkit.toml").write_text(text, encoding="utf-8")
    county, draft = (settings_for(tmp_path / name) for name in ("it.yaml", "drafts/a/it.yaml"))
    assert ("paper", {"PK811": 15}) == (county.profile, county.thresholds)
    assert ("warning", "advice") == (county.severities["PK204"], county.severities["PK815"])
    assert (set(), {"PK105"}) == ({"PK501", "PK607"} & county.off, {"PK105"} & county.off)
    assert ("minimal", True) == (draft.profile, {"PK202", "PK204"} <= draft.off)
    assert [] == [key for key in KEYS if not re.search(rf"^\[?{key}\b", text, re.MULTILINE)]


def test_the_example_comment_accepts() -> None:
    """Until its last day."""
    text = _block("yaml", "states:").replace(
        "states:\n", "states:\n  identified: {initial: true}\n"
    )
    text = complete(
        text + "  closed: {final: true}\ntriggers:\n"
        "  refer: {who: djo, moves: {from: identified, to: referred}}\n"
        "  close: {who: djo, moves: {from: identified, to: closed}}\n"
    )
    report = run(read_text(text), today=TODAY)
    assert (["PK204"], ()) == ([one.code for one in report.findings], report.open)
    late = run(read_text(text), today=TODAY.replace(year=2028))
    assert {"PK204", "PK906"} == {one.code for one in late.open}


def test_the_example_answer_answers() -> None:
    """It is no finding, and none about itself while the check has something to say."""
    text = complete(_block("yaml", "not_applicable:"))
    report = run(read_text(text), settings([], "paper"), today=TODAY)
    assert ["not_applicable"] == [
        one.suppressed_by for one in report.findings if one.code == "PK820"
    ]
    assert not {"PK905", "PK906"} & {one.code for one in report.open}


def test_the_table_of_profiles_is_whole() -> None:
    """In their order, with what makes the answer no."""
    rows = re.findall(r"^\| `(\w+)` \|.*\| (an error|any finding) \|$", PAGE, re.MULTILINE)
    says = {"error": "an error", "advice": "any finding"}
    assert [(name, says[settings([], name).fails_on]) for name in PROFILES] == rows
