"""Tiny counties for tests: a few rules, acted out as a scenario or run on an engine.

The rules of a test stand in YAML, beside the offices that every tiny county has.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.zones import zone
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios import run_text
from protocolkit.semantics.actors import Actor
from protocolkit.store.base import Store
from protocolkit.store.memory import MemoryStore

ZONE = "America/Halifax"

_HEAD = """
protocolkit: "1"
id: tiny
title: A tiny county
jurisdiction: Tiny (invented)
timezone: America/Halifax
calendars:
  office: {open: mon-fri 08:30-16:30, closed: []}
organizations:
  court: {kind: court}
  police: {kind: police}
  division: {kind: child_protection}
  family: {kind: family}
roles:
  officer: {kind: juvenile_officer, organization: court, available: office}
  supervisor: {kind: supervisor, organization: court, available: office, substitutes: [deputy]}
  deputy: {kind: supervisor, organization: court, available: always}
  judge: {kind: judge, organization: court}
  detective: {kind: investigator, organization: police, available: always}
  caseworker: {kind: caseworker, organization: division, per_case: true}
  guardian: {kind: parent_or_guardian, organization: family}
"""
_STATES = "states: {begun: {initial: true}, closed: {final: true}}\n"


def tiny_text(rules: str) -> str:
    """A whole protocol with these rules; states and a way to close it, if they say nothing."""
    text = f"{_HEAD}{dedent(rules)}\n"
    if "\nstates:" not in text and "\nstrands:" not in text:
        text += _STATES
    return text


def tiny(rules: str) -> Protocol:
    """The tiny county with these rules."""
    reading = read_text(tiny_text(rules), "tiny.yaml")
    assert [] == [f"{one.code} {one.message} {one.place}" for one in reading.findings]
    assert reading.protocol is not None
    return reading.protocol


def act_out(folder: Path, rules: str, steps: str, start: str = "2025-03-04 10:00") -> list[str]:
    """What differs when a case of the tiny county is acted out (faults of the files too)."""
    folder.joinpath("tiny.yaml").write_text(tiny_text(rules), encoding="utf-8")
    text = f"protocol: tiny.yaml\nscenarios:\n  story:\n    start: {start}\n    steps:\n"
    text += "".join(f"      {line}\n" for line in dedent(steps).strip().splitlines())
    results = run_text(text, "story.yaml", folder)
    assert [] == [f"{one.code} {one.message} {one.place}" for one in results.findings]
    return [str(one) for outcome in results.outcomes for one in outcome.differences]


def local(text: str) -> datetime:
    """The instant of a local time of the tiny county."""
    return datetime.fromisoformat(text).replace(tzinfo=zone(ZONE)).astimezone(UTC)


def engine_with(
    rules: str, start: str = "2025-03-04 10:00", store: Store | None = None
) -> tuple[Engine, VirtualClock]:
    """An engine that runs the tiny county, and its clock."""
    clock = VirtualClock(local(start))
    return Engine([tiny(rules)], store or MemoryStore(), clock), clock


OFFICER = Actor(id="o-1", roles=frozenset({"officer"}))
SUPERVISOR = Actor(id="s-1", roles=frozenset({"supervisor"}))
DETECTIVE = Actor(id="d-1", roles=frozenset({"detective"}))
JUDGE = Actor(id="j-1", roles=frozenset({"judge"}))
