"""Protocols to draw: the bundled ones, small ones, and copies under other names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from protocolkit.diagrams import Figure, draw
from protocolkit.ground.record import Record
from protocolkit.language.reading import read_file, read_text
from protocolkit.model.base import Element
from protocolkit.model.protocol import Protocol

PROTOCOLS = Path(__file__).parents[2] / "protocols"
BUNDLED = ("site_a", "site_b", "recommended")
ALL = tuple(
    sorted(
        str(path.relative_to(PROTOCOLS).with_suffix(""))
        for path in PROTOCOLS.rglob("*.yaml")
        if ".scenarios" not in path.name
    )
)

SMALL = """
protocolkit: "1"
id: small
title: {title}
jurisdiction: Somewhere
timezone: America/Chicago
organizations:
  {{court: {{kind: court}}, police: {{kind: police}}, services: {{kind: service_provider}}}}
roles:
  officer: {{kind: juvenile_officer, organization: court, title: Officer}}
  head: {{kind: supervisor, organization: court, title: Head}}
  helper: {{kind: service_provider, organization: services, title: Helper}}
  detective: {{kind: investigator, organization: police, title: Detective}}
relationships:
  helps: {{between: [officer, helper], tie: informal, title: {tie}, rests_on: persons, persons: 2}}
  cut_off: {{between: [officer, detective], tie: absent}}
  tells: {{between: [officer, head], tie: formal, one_way: true}}
facts:
  hidden_fact:
    {{type: boolean, recorded_by: [officer], sensitive: true, title: Unspeakable}}
  here: {{type: boolean, recorded_by: [officer]}}
states:
  noticed: {{initial: true, title: {state}}}
  told: {{waits_for: head, title: Told}}
  over: {{final: true, title: Over, origin: assumed}}
triggers:
  tell:
    who: [officer]
    records: [hidden_fact, here]
    moves: [{{from: noticed, to: told}}]
    title: Tell the head
  finish: {{who: [head], moves: [{{from: told, to: over}}], title: Finish}}
  whisper: {{who: [officer], strength: may, formality: informal, title: Whisper}}
follow_ups:
  act: {{opens_with: tell, who: head, due: within 2 hours, met_by: finish, title: Act}}
  thank: {{opens_with: tell, who: head, due: unspecified, strength: should, title: Thank}}
escalations:
  head_away:
    watches: {{state: told}}
    levels: [{{after: at once, if: here is false or unknown, hand_to: detective}}]
    title: Head is away
  slow:
    watches: {{follow_up: act}}
    levels: [{{at: due, tell: [helper]}}, {{after: 1 hour, tell: [detective]}}]
    title: Too slow
"""


@cache
def bundled(name: str) -> Protocol:
    """A protocol of the project, by its path below `protocols/` without the ending."""
    reading = read_file(PROTOCOLS / f"{name}.yaml")
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    return reading.protocol


@cache
def figure(name: str, view: str) -> Figure:
    """A figure of a bundled protocol; laying one out takes a moment."""
    return draw(bundled(name), view)


def small(title: str = "Small", state: str = "Noticed", tie: str = "by phone") -> Protocol:
    """A protocol with one of everything that a figure shows; texts are YAML scalars."""
    reading = read_text(SMALL.format(title=title, state=state, tie=tie))
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    return reading.protocol


def in_other_names(protocol: Protocol) -> tuple[Protocol, dict[str, str]]:
    """The same protocol with every id changed and every map in reverse order.

    Shape: the protocol, and the old id for each new one.
    """
    ids = sorted(set(_ids(protocol)) - {"case"})
    new = {id_: f"zz{number:03}zz" for number, id_ in enumerate(ids)}
    copy = _renamed(protocol, "", new)
    assert isinstance(copy, Protocol)
    return copy, {changed: id_ for id_, changed in new.items()}


_WORDS = {"kind", "tie", "type", "strength", "happens", "scope", "formality", "channel", "origin"}


def _ids(value: object) -> list[str]:
    if isinstance(value, Record):
        own = [value.id] if isinstance(value, Element) and value.id else []
        return own + [id_ for name in value._fields for id_ in _ids(getattr(value, name))]
    if isinstance(value, Mapping):
        return [id_ for one in value.values() for id_ in _ids(one)]
    if isinstance(value, tuple):
        return [id_ for one in value for id_ in _ids(one)]
    return []


def _renamed(value: Any, field: str, new: Mapping[str, str]) -> Any:
    if field in _WORDS:
        return value
    if isinstance(value, Record):
        return value.replace(
            **{name: _renamed(getattr(value, name), name, new) for name in value._fields}
        )
    if isinstance(value, Mapping):
        pairs = reversed(list(value.items()))
        return {new.get(key, key): _renamed(one, "", new) for key, one in pairs}
    if isinstance(value, tuple):
        return tuple(_renamed(one, field, new) for one in value)
    return new.get(value, value) if type(value) is str else value
