"""Reads the steps of a story, in their order, with the clock as it will stand at each.

Imports the form, the nodes, expectations and actors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from protocolkit.language.tree import Entry, Map, Tree
from protocolkit.scenarios.expectations import Expectations
from protocolkit.scenarios.form import ACTOR_KEYS, ACTS, Step
from protocolkit.scenarios.nodes import Nodes
from protocolkit.scenarios.times import shown
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.program import Program

KINDS = (*ACTS, "refused", "wait_until", "expect")
_TIMELESS = ("wait_until", "expect")
_IN_A_MAP = ("open", "record", "assign")
"""Acts whose key holds a map; the others name what they are about."""


class Steps:
    """Reads the steps of one story."""

    def __init__(self, nodes: Nodes, program: Program, others: Collection[str], start: datetime):
        self.nodes = nodes
        self.program = program
        self.protocol = program.protocol
        self.others = others
        self.expectations = Expectations(nodes, program)
        self.now = start
        self.opened = False

    def step(self, node: Tree) -> Step | None:
        """One step; None if it is in error."""
        kind = self._kind(node)
        if kind is None:
            return None
        assert isinstance(node, Map)
        entry = node.entries[kind]
        if kind == "refused":
            return self._refused(node, entry)
        if kind in _TIMELESS:
            self.nodes.entries(node, f"`{kind}`", (kind,))
            return self._timeless(kind, entry)
        return self._act(kind, entry, node, frozenset())

    def _kind(self, node: Tree) -> str | None:
        if not isinstance(node, Map):
            self.nodes.report("PK006", "A step is a map, such as `{do: report}`.", node.place)
            return None
        kinds = [key for key in node.entries if key in KINDS]
        # `{hold: m-1, ...}` and `{set: x, ...}` name one kind each; the first one is meant.
        if not kinds:
            place = next((entry.key.place for entry in node.entries.values()), node.place)
            self.nodes.report(
                "PK005",
                "This step does not say what is done.",
                place,
                "a step has one of " + ", ".join(f"`{kind}`" for kind in KINDS),
            )
            return None
        return kinds[0]

    # -- waiting and expecting ---------------------------------------------------------

    def _timeless(self, kind: str, entry: Entry) -> Step | None:
        place = entry.key.place
        if kind == "expect":
            self._after_opening(entry)
            return Step(kind=kind, place=place, expect=self.expectations.expect(entry.value))
        until = self.nodes.time(entry.value, self.program.zone)
        if until is not None:
            self._move_to(until, entry)
        return Step(kind=kind, place=place, at=until)

    def _move_to(self, instant: datetime, entry: Entry) -> None:
        if instant < self.now:
            now = shown(self.now, self.program.zone)
            self.nodes.report(
                "PK006",
                f"It is already {now} then; time does not go back.",
                entry.value.place,
                "steps stand in the order in which things are recorded",
            )
        self.now = max(self.now, instant)

    def _after_opening(self, entry: Entry) -> None:
        if not self.opened:
            self.nodes.report(
                "PK005", "No case is open yet.", entry.key.place, "start with `open: {by: ROLE}`"
            )
            self.opened = True  # said once

    # -- acts --------------------------------------------------------------------------

    def _refused(self, node: Map, entry: Entry) -> Step | None:
        """An act that must be refused: `refused: TRIGGER`, or `refused: {complete: NAME}`."""
        because = node.entries.get("because")
        reasons = frozenset(self.nodes.texts(because.value, "a reason") if because else ())
        if not reasons:
            self.nodes.report(
                "PK005",
                "This step does not say why it is refused.",
                entry.key.place,
                "add `because: [wrong-role]`, with every reason",
            )
            return None
        if not isinstance(entry.value, Map):
            return self._act("do", entry, node, reasons)
        acts = self.nodes.entries(entry.value, "what is refused", ACTS)
        if len(acts) != 1:
            self.nodes.report("PK006", "One act is refused in one step.", entry.value.place)
            return None
        kind, act = next(iter(acts.items()))
        return self._act(kind, act, node, reasons)

    def _act(self, kind: str, entry: Entry, node: Map, reasons: frozenset[str]) -> Step | None:
        keys = ACTS[kind]
        own = {"refused", "because"} if reasons else {kind}
        said: Map | Tree = entry.value if kind == "open" else node
        if kind == "open":
            self.nodes.entries(node, "this step", own)
            own = set()
        given = self.nodes.entries(said, f"`{kind}`", (*own, *ACTOR_KEYS, *keys))
        if kind == "open":
            self._only_one(entry, reasons)
        else:
            self._after_opening(entry)
        unknown_is_fine = any(reason.startswith("unknown-") for reason in reasons)
        what, detail = self._object(kind, entry, unknown_is_fine)
        for key in keys:
            if key in given:
                detail[key] = self._detail(key, given[key].value, unknown_is_fine)
            elif key in ("for", "until", "attended") and not reasons:
                self.nodes.report(
                    "PK005", f"`{key}` is missing here.", entry.key.place, f"add `{key}: ...`"
                )
        at, recorded = self._when(given)
        return Step(
            kind=kind,
            place=entry.key.place,
            what=what,
            by=self._actor(given, entry),
            at=at,
            recorded=recorded,
            because=reasons or None,
            detail=detail,
        )

    def _only_one(self, entry: Entry, reasons: frozenset[str]) -> None:
        if self.opened and not reasons:
            self.nodes.report(
                "PK002",
                "A case is already open.",
                entry.key.place,
                "tell another case in a scenario of its own",
            )
        self.opened = self.opened or not reasons

    def _object(self, kind: str, entry: Entry, unknown_is_fine: bool) -> tuple[str, dict[str, Any]]:
        """What an act is about, and what stands in its own map."""
        nodes, protocol = self.nodes, self.protocol
        if kind == "open":
            return "", {}
        if kind == "record":
            return "", {"facts": self._facts(entry.value, unknown_is_fine)}
        if kind == "assign":
            return "", {"assign": self._assign(entry.value, unknown_is_fine)}
        text = nodes.text(entry.value, f"`{kind}`")
        if text is None:
            return "", {}
        what, known = "follow-up", tuple(self.program.follow_ups)
        if kind == "do":
            what, known = "act", tuple(protocol.triggers)
        elif kind == "set":
            what, known = "meeting", tuple(protocol.meetings)
        plain = text if kind in ("do", "set") else text.partition("/")[0]
        named_by_scenario = kind in ("move", "call_off", "hold")
        if not named_by_scenario and not unknown_is_fine:
            nodes.known(plain, what, known, entry.value.place)
        return text, {}

    def _detail(self, key: str, node: Tree, unknown_is_fine: bool) -> Any:
        match key:
            case "facts":
                return self._facts(node, unknown_is_fine)
            case "assign":
                return self._assign(node, unknown_is_fine)
            case "attended":
                return self._attended(node, unknown_is_fine)
            case "for" | "until":
                return self.nodes.time(node, self.program.zone)
            case "under":
                return self.nodes.name(node, "protocol", self.others)
            case _:
                return self.nodes.text(node, f"`{key}`")

    def _facts(self, node: Tree, unknown_is_fine: bool) -> Mapping[str, Any]:
        return {
            name: self.expectations.fact_value(name, entry.value)
            for name, entry in self.nodes.named(node, "`facts`")
            if unknown_is_fine
            or self.nodes.known(name, "fact", self.protocol.facts, entry.key.place)
        }

    def _assign(self, node: Tree, unknown_is_fine: bool) -> Mapping[str, Any]:
        return {
            role: self.nodes.text(entry.value, "the person")
            for role, entry in self.nodes.named(node, "`assign`")
            if unknown_is_fine
            or self.nodes.known(role, "role", self.protocol.roles, entry.key.place)
        }

    def _attended(self, node: Tree, unknown_is_fine: bool) -> Mapping[str, str]:
        for role, entry in self.nodes.named(node, "`attended`"):
            if not unknown_is_fine:
                self.nodes.known(role, "role", self.protocol.roles, entry.key.place)
        return self.expectations.attended(node) if isinstance(node, Map) else {}

    def _actor(self, given: Mapping[str, Entry], entry: Entry) -> Actor:
        """Who acts; a person without a name of their own is called by their first role."""
        if "by" not in given:
            self.nodes.report(
                "PK005", "This step does not say who does it.", entry.key.place, "add `by: ROLE`"
            )
            return Actor(id="")
        items = self.nodes.items(given["by"].value)
        found = [self.nodes.name(item, "role", self.protocol.roles) for item in items]
        roles = [role for role in found if role]
        person = self.nodes.text(given["as"].value, "the person") if "as" in given else None
        can = self.nodes.texts(given["can"].value, "what they can do") if "can" in given else ()
        return Actor(id=person or next(iter(roles), ""), roles=frozenset(roles), can=frozenset(can))

    def _when(self, given: Mapping[str, Entry]) -> tuple[datetime | None, datetime | None]:
        zone = self.program.zone
        at = self.nodes.time(given["at"].value, zone) if "at" in given else None
        recorded = self.nodes.time(given["recorded"].value, zone) if "recorded" in given else None
        if recorded is not None:
            self._move_to(recorded, given["recorded"])
        elif at is not None:
            self.now = max(self.now, at)
        return at, recorded
