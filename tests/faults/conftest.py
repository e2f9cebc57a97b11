"""What the tests of faults start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.faults import shim
from tests.faults.warm import Warm


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """A process that has imported everything, to run things in children of it."""
    with closing(Warm()) as process:
        yield process


@pytest.fixture
def below() -> None:
    """That a disk of ours can be put below SQLite; else the test says why it cannot be done."""
    if shim.library() is None:
        pytest.skip(
            "this Python has SQLite built in without its functions: no simulated disk can be put "
            "below it; use a Python whose sqlite3 module is a library of its own"
        )
