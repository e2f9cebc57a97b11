"""What holds for every test: no network, no real store, and property tests that repeat exactly.

`suite` is the profile of every ordinary run, here and in CI: the same examples each time,
so that a red run is red for everybody. `soak` (make soak) looks for new examples, many of
them, and keeps the failing ones.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import database as database
from tests.postgres import server as server

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

# Where whoever runs the tests keeps real cases is none of their business.
os.environ.pop("PROTOCOLKIT_DB", None)

_OVER_AND_OVER = (
    "checks/test_conditions.py",
    "checks/test_healthy.py",
    "checks/test_hostile.py",
    "checks/test_laws.py",
    "checks/test_mutations.py",
    "checks/test_renaming.py",
    "cli/test_demo.py::test_each_command_can_be_typed",
    "cli/test_demo.py::test_it_can_be_played_again",
    "engine/test_laws.py",
    "engine/test_programme.py::test_it_does_not_matter_when_the_clock_is_swept",
    "engine/test_question_laws.py",
    "faults/",
    "golden/",
    "ground/test_against_oracle.py",
    "language/test_examples.py",
    "language/test_fmt.py",
    "language/test_laws.py",
    "language/test_schema.py",
    "language/test_text.py::test_a_flood_of_faults_ends_soon",
    "proofs/test_against_brute.py",
    "proofs/test_alike.py",
    "proofs/test_brute.py",
    "proofs/test_burdens.py::test_bundled_protocols",
    "proofs/test_burdens.py::test_drawn_protocols",
    "proofs/test_leading.py",
    "proofs/test_onward.py",
    "proofs/test_outlook.py::test_drawn_protocols",
    "proofs/test_reduced_as_whole.py",
    "proofs/test_seeded_faults.py",
    "proofs/test_stories.py",
    "proofs/test_times.py",
    "proofs/test_ways.py::test_bundled_protocols",
    "proofs/test_ways.py::test_drawn_protocols",
    "proofs/test_ways.py::test_whatever_a_condition_can_be_asked_for",
    "properties/",
    "workers/test_guard.py::test_whatever_the_clock_does",
    "scenarios/test_bundled.py::test_each_",
    "scenarios/test_every_rule_matters.py",
    "semantics/test_regressions.py::test_time_that_stands_still_is_an_error_and_nothing_is_kept",
    "test_other_names.py",
)
"""Files and tests that go the same ways thousands of times. To take coverage of each line would
more than double their time, so it is not taken while they run; what they reach is reached, and
counted, by the tests of its own part."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what goes the same ways over and over."""
    here = Path(__file__).parent
    for item in items:
        name = f"{item.path.relative_to(here).as_posix()}::{item.name}"
        if name.startswith(_OVER_AND_OVER):
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
