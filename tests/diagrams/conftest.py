"""One option: `pytest tests/diagrams --update-snapshots` writes the DOT texts anew.

Read the difference like code before you accept it, and look at the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known when tests/diagrams is named on the command line."""
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        dest="write_snapshots",
        help="write the snapshots of figures anew",
    )


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Callable[[str, str], str]:
    """The text kept under a name; with `--update-snapshots` the new one, kept from now on."""

    def text(name: str, new: str) -> str:
        path = SNAPSHOTS / name
        if request.config.getoption("write_snapshots", default=False):
            path.write_text(new, encoding="utf-8")
        return path.read_text(encoding="utf-8")

    return text
