"""Times on the command line: read in the protocol's zone, shown in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from protocolkit.cli.times import Times
from protocolkit.ground.errors import UsageError


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-04 22:34", _utc(2025, 3, 5, 4, 34)),
        ("2025-03-04T22:34", _utc(2025, 3, 5, 4, 34)),
        (" 2025-03-04 22:34:10 ", _utc(2025, 3, 5, 4, 34, 10)),
        ("2025-07-04 12:00", _utc(2025, 7, 4, 17)),
        ("2025-03-04 24:00", _utc(2025, 3, 5, 6)),
        ("2025-12-31 24:00", _utc(2026, 1, 1, 6)),
        ("2025-03-04T22:34Z", _utc(2025, 3, 4, 22, 34)),
        ("2025-03-04 22:34+01:00", _utc(2025, 3, 4, 21, 34)),
    ],
)
def test_a_time_is_read(text: str, expected: datetime) -> None:
    """Local time, or any time with its offset; 24:00 ends the day. Nothing is remarked."""
    times = Times("America/Chicago")
    assert (expected, []) == (times.read(text, "--at"), times.remarks)


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        (
            "2025-11-02 01:30",
            _utc(2025, 11, 2, 6, 30),
            "--at: 2025-11-02 01:30 comes twice that night; the first, Sun 2 Nov 2025, 01:30 CDT, "
            'is taken. The other one is "2025-11-02 01:30-06:00".',
        ),
        (
            "2025-03-09 02:30",
            _utc(2025, 3, 9, 8),
            "--at: the clocks pass over 2025-03-09 02:30 that night; Sun 9 Mar 2025, 03:00 CDT is "
            "taken.",
        ),
    ],
)
def test_an_odd_hour_is_settled_and_said(text: str, expected: datetime, remark: str) -> None:
    """What is written as the other one is read as the other one."""
    times = Times("America/Chicago")
    assert (expected, [remark]) == (times.read(text, "--at"), times.remarks)
    assert _utc(2025, 11, 2, 7, 30) == times.read("2025-11-02 01:30-06:00", "--at")


@pytest.mark.parametrize(
    "text",
    ["", "now", "2025-03-04", "22:34", "2025-02-30 10:00", "2025-03-04 25:00", "4 March 2025 10:00",
     "2025-03-04 24:01", "9999-12-31 24:00", "0000-01-01 00:00", "2025-03-04 10:00 CST"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    """The option is named, and what a time looks like."""
    with pytest.raises(UsageError, match="^--at: .*Write a day and an hour, such as 2025-03-04"):
        Times("America/Chicago").read(text, "--at")


@pytest.mark.parametrize(
    ("instant", "shown", "until"),
    [
        (_utc(2025, 3, 5, 4, 34), "Tue 4 Mar 2025, 22:34 CST", "Tue 4 Mar 2025, 22:34 CST"),
        (_utc(2025, 5, 7, 5), "Wed 7 May 2025, 00:00 CDT", "Tue 6 May 2025, 24:00 CDT"),
        (_utc(2025, 3, 9, 6), "Sun 9 Mar 2025, 00:00 CST", "Sat 8 Mar 2025, 24:00 CST"),
        (_utc(2025, 5, 7, 5, 0, 1), "Wed 7 May 2025, 00:00 CDT", "Wed 7 May 2025, 00:00 CDT"),
    ],
)
def test_a_time_is_shown(instant: datetime, shown: str, until: str) -> None:
    """In local time with the zone; a limit at midnight is 24:00 of the day that ends."""
    times = Times("America/Chicago")
    assert (shown, until) == (times.show(instant), times.until(instant))
