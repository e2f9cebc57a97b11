"""All checks, and the pages of everything that has a code. Imports the families."""

from __future__ import annotations

from protocolkit.checks._base import Check
from protocolkit.checks.families import (
    behaviour,
    choosing,
    conditions,
    exceptions,
    follow_ups,
    ladders,
    loops,
    owing,
    references,
    roles,
    structure,
    time,
)
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.faults import FAULTS

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            *references.CHECKS,
            *structure.CHECKS,
            *loops.CHECKS,
            *roles.CHECKS,
            *conditions.CHECKS,
            *choosing.CHECKS,
            *time.CHECKS,
            *ladders.CHECKS,
            *follow_ups.CHECKS,
            *exceptions.CHECKS,
        ),
        key=lambda check: check.info.code,
    )
)
"""The checks, by code."""

PROOFS: tuple[CheckInfo, ...] = (*behaviour.PAGES, *owing.PAGES)
"""The pages of what only a search over all cases finds: `protocolkit verify`."""

ALL: tuple[CheckInfo, ...] = tuple(
    sorted(
        (*FAULTS.values(), *(check.info for check in CHECKS), *PROOFS), key=lambda info: info.code
    )
)
"""The page of every check, of every fault that the reader finds and of every proof, by code."""

OFF: frozenset[str] = frozenset(check.info.code for check in CHECKS if check.off)
"""Checks that run only when they are asked for."""


def info(code_or_name: str) -> CheckInfo | None:
    """The page with a code or a name (`PK202`, `unreachable-state`); None if there is none."""
    wanted = code_or_name.strip()
    for page in ALL:
        if wanted.upper() == page.code or wanted.lower() == page.name:
            return page
    return None
