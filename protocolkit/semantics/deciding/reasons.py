"""Reasons against something, made by whoever decides; and the decisions that are always alike.

Each has the rule's place and citation, what is missing and who can supply it. Imports the
situation, the model and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from protocolkit.conditions.explain import explain
from protocolkit.conditions.syntax import Condition
from protocolkit.ground.findings import Path, Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY
from protocolkit.model.base import Element
from protocolkit.model.case import Fact
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years in which something can happen in a case; others are slips of the hand."""


def reason(
    name: str,
    message: str,
    *,
    help: str = "",
    element: Element | None = None,
    path: Path = (),
    source: str = "",
    needs: str = "",
    supplied_by: tuple[str, ...] = (),
    witness: Mapping[str, str] = EMPTY,
) -> Reason:
    """A reason against an act, with the rule's place and citation."""
    return Reason(
        code=name,
        name=name,
        severity="error",
        message=message,
        help=help,
        path=path or (element.path if element else ()),
        source=source or (element.source if element else ""),
        needs=needs,
        supplied_by=supplied_by,
        witness=witness,
    )


def causes(
    situation: CaseSituation,
    name: str,
    condition: Condition,
    element: Element,
    says: str,
    *,
    phrased: bool = False,
    path: Path = (),
    source: str = "",
    help: str = "",
) -> Iterator[Reason]:
    """Why a condition is not true: a reason for each phrase, with who can record what it asks.

    Each begins with what it `says`; `phrased`: it goes on with the phrase.
    """
    program = situation.program
    for cause in explain(condition, program.names.terms, program.names, situation):
        fact = program.protocol.facts.get(cause.fact)
        recorded = _who_records(situation, fact) if cause.truth is None and fact else ""
        yield reason(
            name,
            f"{says}{f' {cause.text}' if phrased else ''}: {cause.sentence}.",
            help="; ".join(filter(None, (recorded, help))),
            path=path or element.path,
            source=element.source or source,
            needs=cause.fact,
            supplied_by=fact.recorded_by if fact else (),
            witness={cause.name: cause.value},
        )


def _who_records(situation: CaseSituation, fact: Fact) -> str:
    roles = situation.program.protocol.roles
    names = [roles[role].name for role in fact.recorded_by]
    return f"{or_(names)} can record `{fact.id}`" if names else f"record `{fact.id}` first"


def not_true(verdict: bool | None) -> str:
    """The name of the reason when a condition is not true."""
    return "need-unknown" if verdict is None else "need-not-met"


_UNKNOWN = {
    "unknown-fact": ("facts", "a fact"),
    "unknown-follow-up": ("follow_ups", "a follow-up"),
    "unknown-meeting": ("meetings", "a meeting"),
    "unknown-trigger": ("triggers", "an act"),
}
"""Where in a protocol each kind of name stands, and what people call it."""


def unknown(kind: str, name: str, program: Program, known: Iterable[str]) -> Reason:
    """The reason that a protocol has no such name, or that it belongs to the other scope."""
    section, noun = _UNKNOWN[kind]
    elsewhere = program.elsewhere(section, name)
    if elsewhere:
        return reason("other-scope", elsewhere)
    said = f"There is no {noun.split()[1]} `{name}` in this protocol."
    for other, called in _UNKNOWN.values():
        if name in getattr(program.whole, other):
            return reason(kind, said, help=f"`{name}` is {called} here, not {noun}")
    return reason(kind, said, help=did_you_mean(name, known))


def future(at: datetime, now: datetime) -> Iterator[Reason]:
    """What has not happened yet cannot be recorded."""
    if at > now:
        yield reason(
            "in-the-future",
            "This is dated later than now; only what has happened can be recorded.",
            witness={"at": at.isoformat(), "now": now.isoformat()},
        )


def closed(case: Case) -> Iterator[Reason]:
    """A closed case takes no more acts."""
    if case.is_closed:
        yield reason("case-closed", "This case is closed.", help="open a new case")


def wrong_value(fact: Fact, value: FactValue, roles: Mapping[str, Any]) -> Iterator[Reason]:
    """Whether a value is one that the fact can have."""
    wanted = ""
    match fact.type:
        case "boolean":
            if not isinstance(value, bool):
                wanted = "`true` or `false`"
        case "integer":
            if isinstance(value, bool) or not isinstance(value, int):
                wanted = "a whole number"
            elif fact.range and not fact.range[0] <= value <= fact.range[1]:
                wanted = f"from {fact.range[0]} to {fact.range[1]}"
        case "choice":
            if value not in fact.values:
                wanted = "one of " + ", ".join(f"`{word}`" for word in fact.values)
        case "date":
            if not isinstance(value, date) or isinstance(value, datetime):
                wanted = "a date such as 2025-04-18"
            elif not FIRST_YEAR <= value.year <= LAST_YEAR:
                wanted = f"a date in the years {FIRST_YEAR} to {LAST_YEAR}"
        case "set of roles":
            if not isinstance(value, frozenset) or not all(role in roles for role in value):
                wanted = "a set of roles of this protocol"
        case "reference":
            if not isinstance(value, str) or not 0 < len(value) <= 64 or not value.isprintable():
                wanted = "a reference of at most 64 characters"
            elif any(space in value for space in " \t"):
                wanted = "a reference without spaces: a number or code, never a text"
    if wanted:
        yield reason(
            "wrong-value",
            f"`{fact.id}` must be {wanted}.",
            element=fact,
            needs=fact.id,
        )


def free_text(name: str, text: str) -> Iterator[Reason]:
    """Reasons and evidence are codes or references, so that no text about a child gets in."""
    if text and (len(text) > 64 or not text.isprintable() or " " in text):
        yield reason(
            "free-text",
            f"The {name} must be a code or a reference of at most 64 characters, without spaces.",
            help="keep the words in your case file and give its number here",
        )


def or_(names: Iterable[str]) -> str:
    """Names as a person lists them: "a, b or c"."""
    shown = list(names)
    return " or ".join(shown) if len(shown) <= 2 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def quoted(names: Iterable[str]) -> str:
    """Names of the protocol as a person lists them."""
    return or_(f"`{name}`" for name in names)
