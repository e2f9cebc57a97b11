"""All checks, and the pages of everything that has a code. Imports the families."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from protocolkit.checks._base import Check
from protocolkit.checks.families import (
    accepting,
    behaviour,
    chains,
    choosing,
    conditions,
    exceptions,
    follow_ups,
    hours,
    ladders,
    loops,
    owing,
    practice_minor,
    practice_reporting,
    practice_staff,
    practice_team,
    practice_ties,
    references,
    roles,
    sharing,
    staffing,
    structure,
    time,
    unknowns,
    wording,
)
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.faults import FAULTS

Profile = Literal["minimal", "standard", "paper", "strict"]

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            *references.CHECKS,
            *structure.CHECKS,
            *loops.CHECKS,
            *roles.CHECKS,
            *staffing.CHECKS,
            *conditions.CHECKS,
            *unknowns.CHECKS,
            *choosing.CHECKS,
            *time.CHECKS,
            *hours.CHECKS,
            *ladders.CHECKS,
            *chains.CHECKS,
            *follow_ups.CHECKS,
            *exceptions.CHECKS,
            *sharing.CHECKS,
            *wording.CHECKS,
            *practice_reporting.CHECKS,
            *practice_team.CHECKS,
            *practice_ties.CHECKS,
            *practice_minor.CHECKS,
            *practice_staff.CHECKS,
        ),
        key=lambda check: check.info.code,
    )
)
"""The checks, by code."""

PROOFS: tuple[CheckInfo, ...] = (*behaviour.PAGES, *owing.PAGES)
"""The pages of what only a search over all cases finds: `protocolkit verify`."""

ALL: tuple[CheckInfo, ...] = tuple(
    sorted(
        {*FAULTS.values(), *(check.info for check in CHECKS), *accepting.PAGES, *PROOFS},
        key=lambda info: info.code,
    )
)
"""The page of every check, of every fault that the reader finds and of every proof, by code."""

RETIRED: Mapping[str, str] = {
    "PK407": "A fact that is never set cannot be written: whoever stands under `recorded_by` may "
    "record it at any time, and anybody may if nobody stands there.",
    "PK502": "A level that comes too early cannot be written: it comes when its follow-up is due, "
    "or later. Over a state it is a reminder.",
    "PK701": "Free text cannot be sent: there is none in a case, only words of a list, numbers, "
    "days, roles and references.",
    "PK705": "How long something is kept is not said in this language; how long a value counts is "
    "`valid_for`.",
}
"""Codes that stand for nothing any more, each with the reason. They are never given again."""

ONLY_PROVED = frozenset(page.code for page in PROOFS).difference(one.info.code for one in CHECKS)
"""The codes that `check` never gives: nothing leaves them out or hides them."""

PROFILES: tuple[Profile, ...] = ("minimal", "standard", "paper", "strict")
"""The sets of checks by name; each holds what stands in the one before, and more."""

PRACTICE = "PK8"
"""How the codes of the practice checks begin."""

_OFF = frozenset(check.info.code for check in CHECKS if check.off)


def profile_of(page: CheckInfo) -> Profile:
    """The first profile in which a check runs."""
    if page.code in _OFF:
        return "strict"
    if page.code.startswith(PRACTICE):
        return "paper"
    return "minimal" if page.severity == "error" else "standard"


def off_in(profile: Profile) -> frozenset[str]:
    """The codes that a profile leaves out."""
    kept = PROFILES[: PROFILES.index(profile) + 1]
    return frozenset(page.code for page in ALL if profile_of(page) not in kept)


OF_ROSTER = frozenset(check.info.code for check in CHECKS if check.of_roster)
"""Checks that run only when a roster is given."""

OFF = off_in("standard")
"""Checks that run only when they are asked for."""


def info(code_or_name: str) -> CheckInfo | None:
    """The page with a code or a name (`PK202`, `unreachable-state`); None if there is none."""
    wanted = code_or_name.strip()
    for page in ALL:
        if wanted.upper() == page.code or wanted.lower() == page.name:
            return page
    return None
