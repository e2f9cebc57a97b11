"""The page on the forms of findings names them all, and shows what is really told."""

from __future__ import annotations

import re

from protocolkit.checks import report_text
from protocolkit.cli.check_reports import FORMATS
from protocolkit.cli.verify import FORMATS as OF_PROOFS
from tests.checks.harness import judged
from tests.checks.test_reports import CIRCLE
from tests.docs.reading_grade import grade
from tests.docs.saying import DOCS

PAGE = (DOCS / "findings.md").read_text(encoding="utf-8")


def test_every_form_is_named() -> None:
    """In a row each, in the order of `--help`; and those of `verify`."""
    assert list(FORMATS) == re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    told = ", ".join(f"`{form}`" for form in OF_PROOFS[:-1])
    assert f"tells its proofs as {told} and `{OF_PROOFS[-1]}`." in PAGE


def test_the_sample_is_the_real_one() -> None:
    """Up to where the page breaks off."""
    (shown,) = re.findall(r"^```\n(error.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    report = judged(CIRCLE)
    text = report_text.render(report.findings, report.texts, width=100)
    assert text.startswith(shown)


def test_the_page_is_easy_to_read() -> None:
    """Grade 6."""
    assert grade(PAGE) <= 6
