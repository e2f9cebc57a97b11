"""A case in the engine and in the plain reference, side by side.

Imports the engine, the reference and the store.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from hypothesis import reject

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import ProtocolkitError, Refused
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import standing_case
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Standing
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import absorb
from protocolkit.store.memory import MemoryStore
from tests.reference.ledger import Ask
from tests.reference.step import Reference

CASE = "c-1"


class Pair:
    """A case, and the programme beside it, twice: in the engine and in the reference."""

    def __init__(self, protocol: Protocol, start: datetime) -> None:
        self.protocol = protocol
        self.clock = VirtualClock(start)
        self.engine = Engine([protocol], MemoryStore(), self.clock)
        self.beside = Reference(protocol, "programme")
        self.reference = Reference(protocol, "case", self.beside)
        self.replayed = {scope: Case(id_of(scope, protocol)) for scope in ("case", "programme")}

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    def ask(self, ask: Ask) -> tuple[list[str], list[str]]:
        """Ask both the same; the names of the refusal, of the engine and of the reference."""
        return self.ask_engine(ask), sorted(self.meant(ask.scope).ask(ask, self.now))

    def meant(self, scope: str) -> Reference:
        """The reference for the case or for the programme."""
        return self.reference if scope == "case" else self.beside

    def ask_engine(self, ask: Ask) -> list[str]:
        """Ask the engine; the names of the refusal."""
        try:
            tell(self.engine, self.protocol, ask)
        except Refused as refused:
            return sorted({reason.name for reason in refused.reasons})
        except ProtocolkitError as error:
            give_up(error)
        return []

    def wait_in_engine(self, until: datetime) -> None:
        """Let time pass in the engine."""
        try:
            self.engine.advance(until)
        except ProtocolkitError as error:
            give_up(error)

    def wait(self, until: datetime) -> None:
        """Let time pass for both."""
        self.wait_in_engine(until)
        self.beside.advance(until)
        self.reference.advance(until)


def tell(engine: Engine, protocol: Protocol, ask: Ask, **more: Any) -> Standing:
    """Ask an engine, with a key or the version that is expected; where the case then stands.

    Raises: what the engine does.
    """
    by = Actor(id=ask.by.id, roles=ask.by.roles, can=ask.by.can)
    about: dict[str, Any] = {"by": by, **more}
    if ask.kind != "assign":
        about["happened_at"] = ask.at
    case = id_of(ask.scope, protocol)
    match ask.kind:
        case "open":
            return engine.open(protocol.id, facts=ask.facts, id=case, **about)
        case "adopt":
            return engine.adopt(protocol.id, facts=ask.facts, **about)
        case "act":
            return engine.fire(
                case,
                ask.what,
                facts=ask.facts,
                assign=ask.assign,
                meeting=ask.meeting,
                item=ask.item,
                attended=ask.attended,
                exception=ask.exception,
                reason=ask.reason,
                evidence=ask.evidence,
                **about,
            )
        case "record":
            return engine.record(case, ask.facts, **about)
        case "assign":
            return engine.assign(case, ask.assign, **about)
        case "complete":
            return engine.complete(case, ask.what, item=ask.item, evidence=ask.evidence, **about)
        case "decline" | "waive":
            aside = engine.decline if ask.kind == "decline" else engine.waive
            return aside(case, ask.what, item=ask.item, reason=ask.reason, **about)
        case "extend":
            assert ask.until is not None
            return engine.extend(
                case, ask.what, item=ask.item, reason=ask.reason, until=ask.until, **about
            )
        case "set":
            assert ask.planned_at is not None
            return engine.set(case, ask.what, planned_at=ask.planned_at, id=ask.meeting, **about)
        case "move":
            assert ask.planned_at is not None
            return engine.move(case, ask.what, planned_at=ask.planned_at, **about)
        case "call_off":
            return engine.call_off(case, ask.what, **about)
        case "hold":
            return engine.hold(
                case,
                ask.what,
                attended=ask.attended,
                exception=ask.exception,
                reason=ask.reason,
                **about,
            )
    raise AssertionError(f"nobody can be asked to {ask.kind}")


def id_of(scope: str, protocol: Protocol) -> str:
    """The id of the case, or of the standing case beside it."""
    return CASE if scope == "case" else standing_case(protocol.id)


def give_up(error: ProtocolkitError) -> NoReturn:
    """A protocol without end (PK207) can be run by neither of the two."""
    if "does not come to rest" not in str(error):
        raise error
    reject()


def _text(value: Any) -> str:
    return str(sorted(value) if isinstance(value, frozenset) else value)


def of_engine(pair: Pair, scope: str = "case") -> dict[str, Any]:
    """Where the case stands, replayed from the stored events."""
    case = pair.replayed[scope]
    for event in pair.engine.store.events(case.id, case.events):
        absorb(case, event)
    return {
        "states": dict(case.states),
        "holders": dict(case.holders),
        "facts": sorted(
            (name, _text(entry.value), entry.at)
            for name, entries in case.facts.items()
            for entry in entries
        ),
        "owed": [
            (
                one.id,
                one.item,
                one.holder,
                one.shown_status,
                one.because if one.shown_status == "cancelled" else "",
                one.late and one.shown_status in ("met-late", "satisfied-by"),
                one.aim,
                one.due,
                one.outer,
            )
            for one in sorted(case.instances.values(), key=lambda one: one.id)
        ],
        "pending": sorted(one[0] for one in case.deferred),
        "meetings": [(one.id, one.status, one.planned_at) for one in case.meetings.values()],
        "levels": sorted(
            (level.run.rpartition("/")[0], level.level, level.at, level.skipped)
            for level in case.levels
        ),
        "told": sorted((told.role, told.at) for told in case.told),
        "happened": sorted((one.name, one.event, one.at) for one in case.occurrences),
        "closed": case.closed_at is not None,
        "properties": dict(case.monitors),
    }


def of_reference(case: Reference) -> dict[str, Any]:
    """The same of the reference."""
    return {
        "states": case.states,
        "holders": case.holders,
        "facts": sorted((said.fact, _text(said.value), said.at) for said in case.facts),
        "owed": [
            (
                one.id,
                one.item,
                one.holder,
                one.shown,
                one.because if one.shown == "cancelled" else "",
                one.late and one.shown in ("met-late", "satisfied-by"),
                one.aim,
                one.due,
                one.outer,
            )
            for one in sorted(case.owed, key=lambda one: one.id)
        ],
        "pending": sorted(follow_up.id for follow_up, _, _, _ in case.pending),
        "meetings": [(one.id, one.status, one.planned_at) for one in case.planned],
        "levels": sorted((one.escalation, one.level, one.at, one.skipped) for one in case.reached),
        "told": sorted((told.role, told.at) for told in case.told),
        "happened": sorted((one.name, one.event, one.at) for one in case.things),
        "closed": case.closed_at is not None,
    }


def agree(pair: Pair) -> None:
    """Both stand at the same place."""
    different = {
        (scope, name): {"reference": expected[name], "engine": actual[name]}
        for scope in pair.replayed
        if pair.meant(scope).opened_at is not None
        for expected, actual in [(of_reference(pair.meant(scope)), of_engine(pair, scope))]
        for name in expected
        if expected[name] != actual[name]
    }
    assert {} == different, different
