"""Pages on accepting a finding: acceptances that are not said as they must be, or accept nothing.

Prose only; `suppressions` decides. Imports findings and nothing else.
"""

from __future__ import annotations

from protocolkit.ground.findings import CheckInfo

_STUCK = """\
states:
  identified: {initial: true}
  referred: {}%s
  closed: {final: true}
triggers:
  refer: {who: djo, moves: {from: identified, to: referred}}
  close: {who: djo, moves: {from: identified, to: closed}}
"""

UNUSED_SUPPRESSION = CheckInfo(
    code="PK905",
    name="unused-suppression",
    severity="warning",
    summary="Something is accepted that is not there.",
    why="""\
The cause was mended and the comment stayed, or the comment stands on the wrong line. If the same
fault comes back on that line one day, it is hidden before anybody has seen it.""",
    source="ESLint, `reportUnusedDisableDirectives`: what suppresses nothing is reported",
    wrong="""\
states:
  identified: {initial: true}
  closed: {final: true}  # protocolkit: ignore[PK204] the court keeps these cases
""",
    right="""\
states:
  identified: {initial: true}
  closed: {final: true}
""",
    how="""\
When all checks have run, each code in a comment and in `not_applicable` must have met a finding.
Codes of checks that do not run are left alone. So are all of them while the file has an error,
which may keep checks quiet.""",
    fix="safe",
)

BAD_SUPPRESSION = CheckInfo(
    code="PK906",
    name="bad-suppression",
    severity="error",
    summary="Somebody tries to accept a finding, and it does not count.",
    why="""\
Whoever wrote it thinks that the matter is settled. It is not. And a finding that is accepted
without a reason leaves the next person with nothing to judge by.""",
    source="Ruff, rule PGH004 (`blanket-noqa`): no suppression without a code",
    wrong="""\
triggers:
  close:
    who: djo  # protocolkit: ignore[PK999] our statute asks for it
    moves: {from: identified, to: closed}
""",
    right=_STUCK % "  # protocolkit: ignore[PK204] these cases stay with the court",
    how="""\
A comment needs codes in brackets and a reason. The codes must be those of checks whose findings
may be accepted in the file. A day after `until` must exist and not be over. A `#` inside a text
is no comment. `not_applicable` needs the code of a check on practice, and a reason.""",
)

PAGES: tuple[CheckInfo, ...] = (UNUSED_SUPPRESSION, BAD_SUPPRESSION)
