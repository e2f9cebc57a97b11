"""Running commands as their users do: in this process, or in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from protocolkit.bundled import bundled
from protocolkit.ground.record import Record

ROOT = Path(__file__).parents[2]
SITE_A = str(bundled("protocols", "site_a.yaml"))
RECOMMENDED = str(bundled("protocols", "recommended.yaml"))

OUR_FAULT = "this is a fault of protocolkit"

TINY = """\
protocolkit: "1"
id: tiny
jurisdiction: Larkspur County (invented)
timezone: America/Chicago
roles:
  djo: {kind: juvenile_officer, title: Deputy juvenile officer}
  supervisor: {kind: supervisor}
  minor: {kind: minor}
  caseworker: {kind: caseworker, per_case: true}
facts:
  age: {type: integer, range: 0..20, recorded_by: djo}
  danger: {type: boolean, recorded_by: djo}
  seen_on: {type: date, recorded_by: djo}
  mood: {type: choice, values: [calm, afraid], recorded_by: djo}
  knows: {type: set of roles, recorded_by: djo}
  file_number: {type: reference, recorded_by: djo}
states:
  identified: {initial: true}
  reported: {}
  closed: {final: true}
triggers:
  report: {who: djo, records: [age, danger, seen_on, mood, knows, file_number],
    moves: {from: identified, to: reported}, source: "§1"}
  name_caseworker: {who: supervisor, assigns: {caseworker: named}}
  visit: {who: [caseworker, minor], needs: {seen: seen_on is known or mood is calm or
    knows includes minor or file_number is known}}
  rest: {who: djo, needs: {grown: age > 3 and danger is false}}
  close: {who: supervisor, moves: {from: reported, to: closed}, source: "§9"}
meetings:
  team: {required: djo, asked: supervisor, called_by: supervisor, chair: djo,
    exceptions: {alone: {waives: quorum, reason: required}}}
follow_ups:
  answer: {opens_with: report, who: supervisor, owed_to: {actor_of: report}, due: within 2 hours,
    waive: {who: supervisor, reason: required}, decline: {who: minor},
    extend: {who: supervisor}, source: "§2"}
escalations:
  no_answer: {watches: {follow_up: answer}, levels: [{at: due, tell: djo}]}
"""
"""A protocol with a little of everything that the commands on cases touch."""


class Ran(Record):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def process(
    *words: str, cwd: Path | None = None, stdin: bytes = b"", env: dict[str, str] | None = None
) -> Ran:
    """Run a command in a process of its own, with this checkout and a plain environment."""
    ran = subprocess.run(
        [sys.executable, "-m", "protocolkit", *words],
        cwd=cwd or ROOT,
        env=environment(env),
        input=stdin,
        capture_output=True,
    )
    return Ran(
        code=ran.returncode,
        out=ran.stdout.decode("utf-8", "replace"),
        err=ran.stderr.decode("utf-8", "replace"),
    )


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """An environment in which our modules are found and nothing is said about the terminal."""
    left_out = ("COLUMNS", "NO_COLOR", "PROTOCOLKIT_DEBUG", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(more or {})}
