"""Reads the steps of a story, in their order, with the clock as it will stand at each.

Imports the form, the table and its values, expectations and actors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from protocolkit.language.tree import Entry, Map, Tree
from protocolkit.language.types import Key, Ref
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios.acts import ACTOR, ACTS, BECAUSE, KINDS, PAST, actor_keys
from protocolkit.scenarios.expectations import expectation
from protocolkit.scenarios.form import Step
from protocolkit.scenarios.names import Names
from protocolkit.scenarios.nodes import Nodes
from protocolkit.scenarios.shapes import NOBODY, PROGRAMME, Act
from protocolkit.scenarios.times import shown
from protocolkit.scenarios.unread import Reads, Unread
from protocolkit.scenarios.values import Values, plain
from protocolkit.semantics.actors import Actor

_ACTOR = {key.name: key for key in ACTOR}
_IN = _ACTOR["in"]


class Steps:
    """Reads the steps of one story."""

    def __init__(
        self,
        nodes: Nodes,
        protocols: Sequence[Protocol],
        start: datetime,
        known: dict[str, Reads],
    ) -> None:
        self.nodes = nodes
        self.protocols = protocols
        self.zone = protocols[0].timezone
        self.others = tuple(protocol.id for protocol in protocols)
        self.names = Names(protocols[0], self.others)
        self._elsewhere: dict[str, Names] = {}
        self.labels: dict[str, Entry] = {}
        self.used: set[str] = set()
        self.now = start
        self.opened: set[str] = set()
        self.unread = Unread(nodes, known)

    def steps(self, items: Sequence[Tree]) -> tuple[Step, ...]:
        """Every step that can be read."""
        faults = len(self.nodes.findings)
        found = tuple(step for item in items if (step := self._step(item)) is not None)
        if len(self.nodes.findings) == faults:  # else what is in error would seem to be unread
            self._unread(found)
        return found

    def _unread(self, found: tuple[Step, ...]) -> None:
        """Note what the story gives and nothing reads."""
        for label, entry in self.labels.items():
            if label not in self.used:
                said = f"No later step puts `{label}` right, so nothing reads this label."
                self.nodes.unread(said, entry.value.place, "leave it out")
        if found and found[-1].kind == "wait_until":
            said = "Nothing comes after this wait, so nothing can show what it did."
            self.nodes.unread(said, found[-1].place, "add an `expect` behind it")
        self.unread.facts()

    def _step(self, node: Tree) -> Step | None:
        kind = self._kind(node)
        if kind is None:
            return None
        assert isinstance(node, Map)
        entry = node.entries[kind]
        if kind == "refused":
            return self._refused(node, entry)
        if kind == "wait_until":
            self.nodes.entries(node, f"`{kind}`", (kind,))
            return self._wait(entry)
        if kind == "expect":
            given = self.nodes.entries(node, f"`{kind}`", (kind, _IN))
            where = self._where(given)
            self._after_opening(entry, where)
            values = Values(self.nodes, self._names(where), self.zone)
            expect = expectation(values, entry.value)
            self.unread.expected(values, expect.facts)
            return Step(kind=kind, place=entry.key.place, where=where, expect=expect)
        return self._act(ACTS[kind], entry, node, None)

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

    # -- waiting -----------------------------------------------------------------------

    def _wait(self, entry: Entry) -> Step:
        until = self.nodes.time(entry.value, self.zone)
        if until is not None:
            self._move_to(until, entry)
        return Step(kind="wait_until", place=entry.key.place, at=until)

    def _move_to(self, instant: datetime, entry: Entry) -> None:
        if instant < self.now:
            now = shown(self.now, self.zone)
            self.nodes.report(
                "PK006",
                f"It is already {now} then; time does not go back.",
                entry.value.place,
                "steps stand in the order in which things are recorded",
            )
        self.now = max(self.now, instant)

    # -- which case --------------------------------------------------------------------

    def _where(self, given: Mapping[str, Entry]) -> str:
        if "in" not in given:
            return ""
        values = Values(self.nodes, self.names, self.zone)
        return values.key(_IN, given["in"].value) or ""

    def _names(self, where: str) -> Names:
        """The names of the protocol of a case."""
        if where in ("", PROGRAMME):
            return self.names
        if where not in self._elsewhere:
            under = self.names.protocol.links[where].protocol
            other = next((one for one in self.protocols if one.id == under), None)
            self._elsewhere[where] = Names(other or self.names.protocol, self.others)
            self._elsewhere[where].labels = self.names.labels
            self._elsewhere[where].persons = self.names.persons
        return self._elsewhere[where]

    def _after_opening(self, entry: Entry, where: str) -> None:
        """A case must be open before something is said of it; a link opens one by an act."""
        needed = PROGRAMME if where == PROGRAMME else ""
        if needed not in self.opened:
            word = "adopt" if needed else "open"
            said = "The protocol is not adopted yet." if needed else "No case is open yet."
            self.nodes.report("PK005", said, entry.key.place, f"start with `{word}: {{by: ROLE}}`")
            self.opened.add(needed)  # said once

    # -- acts --------------------------------------------------------------------------

    def _refused(self, node: Map, entry: Entry) -> Step | None:
        """An act that must be refused: `refused: TRIGGER`, or `refused: {complete: NAME}`."""
        because = node.entries.get(BECAUSE.name)
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
            return self._act(ACTS["do"], entry, node, reasons)
        acts = self.nodes.entries(entry.value, "what is refused", ACTS)
        if len(acts) != 1:
            self.nodes.report("PK006", "One act is refused in one step.", entry.value.place)
            return None
        kind, act = next(iter(acts.items()))
        return self._act(ACTS[kind], act, node, reasons)

    def _act(self, act: Act, entry: Entry, node: Map, reasons: frozenset[str] | None) -> Step:
        own = ["refused", "because"] if reasons else [act.name]
        said: Tree = node
        if act.inside:
            self.nodes.entries(node, "this step", own)
            said, own = entry.value, []
        actor = actor_keys(act, refused=reasons is not None)
        title = f"`{act.name}`"
        given = self.nodes.entries(said, title, [*own, *(one.name for one in (*actor, *act.keys))])
        where = PROGRAMME if act.name == "adopt" else self._where(given)
        if act.inside:
            self._only_one(entry, where, reasons)
        else:
            self._after_opening(entry, where)
        lenient = reasons is not None and any(one.startswith("unknown-") for one in reasons)
        values = Values(self.nodes, self._names(where), self.zone, lenient=lenient)
        values.refused = reasons is not None
        what, detail = self._object(act, entry, values)
        for key in act.keys:
            if key.name in given:
                detail[key.name] = self._detail(key, given[key.name].value, values)
            elif key.required and not reasons:
                self._missing(key, entry)
        if act.name == "do" and not reasons:
            self.unread.beside(values.names, what, given)
        at, recorded = self._when(given, act)
        return Step(
            kind=act.name,
            place=entry.key.place,
            what=what,
            by=self._actor(given, entry, values.names),
            at=at,
            recorded=recorded,
            because=reasons,
            where=where,
            label=self._label(given, where),
            detail=detail,
        )

    def _missing(self, key: Key, entry: Entry) -> None:
        said = f"`{key.name}` is missing here."
        self.nodes.report("PK005", said, entry.key.place, f"add `{key.name}: ...`")

    def _only_one(self, entry: Entry, where: str, reasons: frozenset[str] | None) -> None:
        if where in self.opened and not reasons:
            said = "A case is already open." if not where else "The protocol is adopted already."
            help = "tell another case in a scenario of its own"
            self.nodes.report("PK002", said, entry.key.place, help)
        if not reasons:
            self.opened.add(where)

    def _object(self, act: Act, entry: Entry, values: Values) -> tuple[str, dict[str, Any]]:
        """What an act is about, and what stands in its own map."""
        if act.inside:
            return "", {}
        if act.name == "assign":
            return "", {"assign": _persons(values.value(act.about, entry.value, "`assign`"))}
        if act.name in ("record", "correct"):
            facts = values.value(act.about, entry.value, f"`{act.name}`")
            self.unread.given(values, facts)
            return "", {"facts": plain(facts)}
        if not isinstance(act.about, Ref):
            return self.nodes.text(entry.value, f"`{act.name}`") or "", {}
        text = self.nodes.text(entry.value, f"`{act.name}`") or ""
        if text and values.is_known(act.about, text, entry.value) and act.name == "void":
            self.used.add(text)
        return text, {}

    def _detail(self, key: Key, node: Tree, values: Values) -> Any:
        if key.name == "history":
            return self._history(node, values)
        value = values.key(key, node)
        if key.name == "same_as" and value:
            self.used.add(value)
        if key.name == "facts":
            self.unread.given(values, value)
        return _persons(value) if key.name == "assign" else plain(value)

    def _history(self, node: Tree, values: Values) -> tuple[Step, ...]:
        """What happened before the case was kept here: acts with their instants."""
        found: list[Step] = []
        for item in self.nodes.items(node):
            kinds = [key for key in item.entries if key in PAST] if isinstance(item, Map) else []
            if not kinds or not isinstance(item, Map):
                help = "one of " + ", ".join(f"`{kind}`" for kind in PAST)
                said = "This does not say what was done then."
                self.nodes.report("PK005", said, item.place, help)
                continue
            entry = item.entries[kinds[0]]
            if "at" not in item.entries:
                self._missing(_ACTOR["at"], entry)
            act = ACTS[kinds[0]]
            keys = [*(key.name for key in act.keys), "by", "as", "can", "at"]
            given = self.nodes.entries(item, f"`{act.name}`", [act.name, *keys])
            what, detail = self._object(act, entry, values)
            for key in act.keys:
                if key.name in given:
                    detail[key.name] = self._detail(key, given[key.name].value, values)
                elif key.required:
                    self._missing(key, entry)
            at = self.nodes.time(given["at"].value, self.zone) if "at" in given else None
            by = self._actor(given, entry, values.names)
            place = entry.key.place
            found.append(Step(kind=act.name, place=place, what=what, by=by, at=at, detail=detail))
        return tuple(found)

    def _label(self, given: Mapping[str, Entry], where: str) -> str:
        entry = given.get("label")
        text = self.nodes.text(entry.value, "`label`") if entry else None
        if entry is None or text is None:
            return ""
        if text in self.labels:
            said = f"`{text}` is the label of an earlier step already."
            self.nodes.report("PK002", said, entry.value.place, "choose another one")
        self.labels[text] = entry
        self.names.labels[text] = where
        return text

    def _actor(self, given: Mapping[str, Entry], entry: Entry, names: Names) -> Actor:
        """Who acts; a person without a name of their own is called by their first role."""
        if "by" not in given:
            self.nodes.report(
                "PK005", "This step does not say who does it.", entry.key.place, "add `by: ROLE`"
            )
            return Actor(id="")
        values = Values(self.nodes, names, self.zone)
        roles = values.key(_ACTOR["by"], given["by"].value)
        person = values.key(_ACTOR["as"], given["as"].value) if "as" in given else None
        can = values.key(_ACTOR["can"], given["can"].value) if "can" in given else ()
        if person:
            self.names.persons.add(person)
        if "can" in given:
            self.unread.can(names.protocol, can, given["can"])
        return Actor(id=person or next(iter(roles), ""), roles=frozenset(roles), can=frozenset(can))

    def _when(
        self, given: Mapping[str, Entry], act: Act
    ) -> tuple[datetime | None, datetime | None]:
        at = self.nodes.time(given["at"].value, self.zone) if "at" in given else None
        recorded = None
        if "recorded" in given:
            recorded = self.nodes.time(given["recorded"].value, self.zone)
        if recorded is not None:
            self._move_to(recorded, given["recorded"])
        elif at is not None and act.undated:
            self._move_to(at, given["at"])
        elif at is not None:
            self.now = max(self.now, at)
        return at, recorded


def _persons(said: Mapping[str, Any]) -> dict[str, str]:
    """Whom roles are given to; `nobody` takes it from whoever has it."""
    return {role: "" if one.value == NOBODY else one.value for role, one in said.items()}
