"""`protocolkit check --roster`: what is found of the people, and who is on duty when."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command

COUNTY = """\
protocolkit: "1"
id: county
jurisdiction: Larkspur County (invented)
timezone: America/Chicago
calendars:
  office: {open: mon-fri 08:30-16:30, closed: [fixed 12-25]}
  weekend: {open: sat-sun 09:00-21:00}
roles:
  officer: {kind: juvenile_officer, available: office, substitutes: [on_call]}
  on_call: {kind: police, available: weekend}
  chief: {kind: manager, available: always}
  nurse: {kind: health}
  helper: {kind: caseworker, per_case: true, available: office}
  minor: {kind: minor}
states:
  seen: {initial: true}
  closed: {final: true}
triggers:
  name_helper: {who: chief, assigns: {helper: named}}
  look: {who: [nurse, helper, minor]}
  close: {who: [officer, chief], moves: {from: seen, to: closed}}
"""
ROSTER = """\
people:
  u-1: {roles: officer}
  u-2: {roles: [officer, on_call]}
  n-1: {roles: nurse}
"""
TABLE = """\
Who is on duty, by the clock of America/Chicago
  officer  Mon-Fri 08:30-16:30  u-1, u-2
           Sat-Sun 09:00-21:00  u-2 as on_call
           all other hours      nobody
  on_call  Sat-Sun 09:00-21:00  u-2
           all other hours      nobody
  chief    all week             nobody
  nurse    all week             hours not said: n-1
  helper   Mon-Fri 08:30-16:30  named in each case
           all other hours      nobody
  On the days on which an office is closed, those with its hours are off.
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    """A county and its roster."""
    (tmp_path / "county.yaml").write_text(COUNTY, encoding="utf-8")
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")


def test_what_is_found_and_the_hours(pk: Command) -> None:
    """First what is wrong, then every hour of the week for each role."""
    ran = pk("check", "county.yaml", "--roster", "roster.yaml")
    assert (1, "") == (ran.code, ran.err)
    assert "error[PK304] unstaffed-role: Nobody in the roster holds the role `chief`." in ran.out
    assert ran.out.endswith(TABLE)


def test_without_a_roster_nothing_is_said_of_people(pk: Command) -> None:
    """The roles alone are no fault."""
    assert (0, "county.yaml: the checks found nothing to change.\n") == (
        (ran := pk("check", "county.yaml")).code,
        ran.out,
    )


def test_programs_get_the_findings_alone(pk: Command) -> None:
    """The table is for people."""
    out = pk("check", "county.yaml", "--roster", "roster.yaml", "--format", "concise").out
    assert "county.yaml:11:3: PK304 Nobody in the roster holds the role `chief`.\n" == out


def test_a_role_that_nobody_declares_is_a_slip_in_the_roster(pk: Command, tmp_path: Path) -> None:
    """Else one who is listed would count as missing."""
    slip = ROSTER.replace("roles: nurse", "roles: nurze")
    (tmp_path / "roster.yaml").write_text(slip, encoding="utf-8")
    ran = pk("check", "county.yaml", "--roster", "roster.yaml")
    assert (2, "") == (ran.code, ran.out)
    assert re.search(
        r"roster.yaml:\d+:\d+: `n-1` holds `nurze`, and there is no such role;", ran.err
    )
    assert "did you mean `nurse`?" in ran.err


def test_a_roster_that_is_none(pk: Command, tmp_path: Path) -> None:
    """Told before anything is judged."""
    (tmp_path / "roster.yaml").write_text("persons: {}\n", encoding="utf-8")
    ran = pk("check", "county.yaml", "--roster", "roster.yaml")
    assert (2, "") == (ran.code, ran.out)
    assert "a roster has no `persons`" in ran.err
    assert 3 == pk("check", "county.yaml", "--roster", "nowhere.yaml").code
