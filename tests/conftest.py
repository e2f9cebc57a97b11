"""What holds for every test: no network, and property tests that repeat exactly.

`suite` is the profile of every ordinary run, here and in CI: the same examples each time,
so that a red run is red for everybody. `soak` (make soak) looks for new examples, many of
them, and keeps the failing ones.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")

_OVER_AND_OVER = (
    "checks/test_healthy.py",
    "checks/test_hostile.py",
    "checks/test_mutations.py",
    "checks/test_renaming.py",
    "ground/test_against_oracle.py",
    "language/test_fmt.py",
    "proofs/test_against_brute.py",
    "proofs/test_alike.py",
    "proofs/test_brute.py",
    "proofs/test_seeded_faults.py",
    "proofs/test_stories.py",
    "proofs/test_times.py",
    "properties/",
    "scenarios/test_every_rule_matters.py",
)
"""Tests that go the same ways thousands of times. To take coverage of each line would more than
double their time, so `make test` runs them apart; what they reach is reached, and counted, by the
tests of its own part."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what goes the same ways over and over."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(_OVER_AND_OVER):
            item.add_marker("no_cover")


_REACHES_OUT = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
}


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every connection and name look-up that would leave this machine."""
    if event not in _REACHES_OUT:
        return
    first, second = arguments[0], arguments[1] if len(arguments) > 1 else None
    if isinstance(first, socket.socket):
        if not isinstance(second, tuple):
            return  # a Unix socket is named by a path, a connected one by nothing
        host = second[0]
    else:
        host = first
    if not _is_here(host):
        raise OSError(f"a test tried to reach {host}: the tests use no network")


# An audit hook sees every way to a socket, also those of C code and of libraries that
# kept their own reference to `socket`; it cannot be taken off again, which suits a suite.
sys.addaudithook(_no_network)
