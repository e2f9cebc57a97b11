"""Local times as a scenario writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.scenarios.times import instant, shown

CHICAGO = "America/Chicago"


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-04 10:00", "2025-03-04 16:00"),
        ("2025-03-04T10:00:01", "2025-03-04 16:00:01"),
        ("2025-03-04 24:00", "2025-03-05 06:00"),
        ("2025-11-02 01:30", "2025-11-02 06:30"),
        ("2025-11-02 01:30 CDT", "2025-11-02 06:30"),
        ("2025-11-02 01:30 CST", "2025-11-02 07:30"),
        ("2025-11-02 01:30 -06:00", "2025-11-02 07:30"),
        ("2025-11-02 01:30-0600", "2025-11-02 07:30"),
        ("2025-11-02 01:30 -06", "2025-11-02 07:30"),
        ("2025-11-02 24:00", "2025-11-03 06:00"),
    ],
)
def test_a_local_time_is_an_instant(text: str, expected: str) -> None:
    """In the zone of the protocol; 24:00 ends its day; a mark tells two equal times apart."""
    assert _utc(expected) == instant(text, CHICAGO)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-04", "`2025-03-04` is not a time."),
        ("17:00", "`17:00` is not a time."),
        ("2025-02-30 10:00", "There is no day 2025-02-30."),
        ("2025-03-04 25:00", "There is no hour 25:00."),
        ("2025-03-04 24:01", "There is no hour 24:01."),
        ("0000-03-04 10:00", "There is no day 0000-03-04."),
        ("9999-12-31 24:00", "The year 9999 is out of reach."),
        ("2025-03-09 02:30", "Clocks in America/Chicago go forward then and skip this time."),
        ("2025-03-04 10:00 CDT", "In America/Chicago this time is CST, not CDT."),
        ("2025-11-02 01:30 EST", "In America/Chicago this time is CDT or CST, not EST."),
    ],
)
def test_what_is_no_time_says_why(text: str, expected: str) -> None:
    """A time that the clocks there never show is refused, with what it could be."""
    with pytest.raises(ValueError, match=re.escape(expected)):
        instant(text, CHICAGO)


@given(
    st.sampled_from(["2025-03-09", "2025-11-02", "2025-03-30", "2025-10-26", "2025-04-05"]),
    st.integers(-24 * 3600, 48 * 3600),
    st.sampled_from([CHICAGO, "Europe/London", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]),
)
def test_what_is_shown_reads_back(day: str, seconds: int, zone: str) -> None:
    """Every instant, also in an hour that comes twice, has one text that names it."""
    at = _utc(day) + timedelta(seconds=seconds)
    assert at == instant(shown(at, zone), zone)
