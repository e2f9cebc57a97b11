"""Writes scenario files: what was done as steps, and a whole file of scenarios as text.

Whoever went a way with a case, step by step or in a search, keeps it so. Imports the layout of
YAML texts and the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from protocolkit.ground.record import EMPTY, Record
from protocolkit.language.layout import formatted
from protocolkit.language.text import is_ambiguous
from protocolkit.language.types import MapOf
from protocolkit.scenarios.acts import ACTS
from protocolkit.scenarios.shapes import NOBODY, Facts
from protocolkit.scenarios.times import shown

WAIT = "wait"

_PLAIN = re.compile(r"[A-Za-z0-9][\w./+-]*(?: [0-9]{2}:[0-9]{2}(?::[0-9]{2})?| [\w./+-]+)*", re.A)


class Deed(Record):
    """Something that was done, or that time should come to `at`.

    `kind` is a way of acting of the scenario table, or `wait`; `what` is what it is about.
    `roles`, `person` and `can` are who acts. `detail` holds values by the keys of the table.
    """

    kind: str
    what: str = ""
    roles: tuple[str, ...] = ()
    person: str = ""
    can: tuple[str, ...] = ()
    at: datetime | None = None
    where: str = ""
    detail: Mapping[str, Any] = EMPTY

    def says(self, key: str) -> bool:
        """Whether something is said under a key."""
        return key in self.detail


def step(deed: Deed, zone: str, refused: tuple[str, ...] = (), label: str = "") -> dict[str, Any]:
    """A deed as data of a scenario; with the reasons if it was refused."""
    if deed.kind == WAIT:
        assert deed.at is not None
        return {"wait_until": shown(deed.at, zone)}
    act = ACTS[deed.kind]
    who: dict[str, Any] = {"by": deed.roles[0] if len(deed.roles) == 1 else list(deed.roles)}
    if deed.person and deed.person != deed.roles[0]:
        who["as"] = deed.person
    if deed.can:
        who["can"] = list(deed.can)
    if deed.at is not None:
        who["at"] = shown(deed.at, zone)
    if deed.where and not act.inside:
        who["in"] = deed.where
    if label:
        who["label"] = label
    detail = {key: _plain(key, value, zone) for key, value in deed.detail.items()}
    about: Any = deed.what
    if isinstance(act.about, MapOf | Facts):
        about = detail.pop("facts" if isinstance(act.about, Facts) else "assign", {})
    elif act.inside:
        about, who, detail = {**who, **detail}, {}, {}
    if not refused:
        return {deed.kind: about, **who, **detail}
    said = about if deed.kind == "do" else {deed.kind: about}
    return {"refused": said, **who, "because": sorted(refused), **detail}


def _plain(key: str, value: Any, zone: str) -> Any:
    """A value as a scenario writes it."""
    if key == "attended":
        seats: dict[str, list[str]] = {}
        for person, role in value.items():
            seats.setdefault(role, []).append(person)
        return {role: one[0] if len(one) == 1 else one for role, one in seats.items()}
    if key == "assign":
        return {role: person or NOBODY for role, person in value.items()}
    return as_said(value, zone)


def as_said(value: Any, zone: str) -> Any:
    """A value in texts, lists and maps."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return shown(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: as_said(one, zone) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_said(one, zone) for one in value]
    return str(value)


# -- as a text -------------------------------------------------------------------------


def file_text(protocol: str, scenarios: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of a file; `protocol` is the protocol's file, from where this one will be.

    Each scenario is its map of the table: title, start, steps.
    """
    lines = [f"protocol: {flow(protocol)}", "scenarios:"]
    for name, scenario in scenarios.items():
        steps: Iterable[Any] = scenario["steps"]
        lines.append(f"  {flow(name)}:")
        lines += [f"    {key}: {flow(one)}" for key, one in scenario.items() if key != "steps"]
        lines += ["    steps:", *(f"      - {flow(one)}" for one in steps)]
    found = formatted("\n".join(lines) + "\n", "scenarios")
    assert not found.findings, found.findings
    return found.text


def flow(value: Any) -> str:
    """A value in brackets, texts in quotes where they might be taken for something else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if _PLAIN.fullmatch(value) and not is_ambiguous(value):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
