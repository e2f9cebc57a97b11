"""Overlays: a file that extends another is that other's tree with some parts changed.

Works on trees, before anything is read as a model, so that every part keeps the file and line
it was written in. What a floor protects cannot be taken away or softened; whether a new value
keeps to its floor is judged later, in `whole`. Imports the tree and the text reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from protocolkit.ground.findings import Finding, Related
from protocolkit.ground.limits import LimitSyntaxError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.grammars import parameter_of
from protocolkit.language.shapes import KEYS, is_short
from protocolkit.language.text import fault, parse, read_bytes
from protocolkit.language.timing import NewValue
from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree, scalars
from protocolkit.language.vocabulary import KINDS, SECTIONS

MAX_LAYERS = 8
_FILE = re.compile(r"[a-z][a-z0-9_-]*\Z")
_STEPS = ("set", "add", "change", "remove")
_SOFTENS = frozenset(
    {"strength", "if", "ends_when", "applies_while", "pauses_while", "exclude", "waive", "decline"}
)
"""Keys that can end, except or weaken a follow-up without touching its limit."""

_WORDS = {int: "a whole number", str: "a word"}
_Problem: TypeAlias = Callable[..., None]


def merged(
    top: Map, folder: Path | None, texts: dict[str, str], findings: list[Finding]
) -> tuple[Map | None, tuple[NewValue, ...]]:
    """The tree with its base taken in, and the values that were set on the way.

    The tree is None when the base cannot be read. `texts` gains the text of every file read.
    """
    chain = [top]
    while (entry := chain[-1].entries.get("extends")) is not None:
        base = _base(entry, folder, texts, findings, chain)
        if base is None:
            return None, ()
        chain.append(base)
    alone = chain[-1]
    findings.extend(
        fault(
            "PK104",
            f"`{step}` changes another protocol, and this file extends none.",
            alone.entries[step].key.place,
            "add `extends: name-of-the-other-file`, or take this out",
            path=(step,),
        )
        for step in _STEPS
        if step in alone.entries
    )
    result = chain.pop()
    new_values: dict[str, NewValue] = {}
    while chain:
        layer = _Layer(result, chain.pop(), findings)
        result = layer.laid_over()
        new_values.update(layer.new_values)
    return result, tuple(new_values.values())


def _base(
    entry: Entry,
    folder: Path | None,
    texts: dict[str, str],
    findings: list[Finding],
    chain: list[Map],
) -> Map | None:
    node = entry.value

    def refuse(message: str, help: str = "") -> None:
        place = node.place if isinstance(node, Scalar) and node.text else entry.key.place
        findings.append(fault("PK104", message, place, help, path=("extends",)))

    if not isinstance(node, Scalar) or not _FILE.match(node.text):
        refuse(
            "`extends` names a file in the same folder, without `.yaml`.",
            "write `extends: larkspur` for the file `larkspur.yaml`",
        )
        return None
    if folder is None:
        refuse("This text has no folder, so the file it extends cannot be found.")
        return None
    path = folder / f"{node.text}.yaml"
    file = path.as_posix()
    if file in texts:
        refuse(
            "This extends a file that extends it in turn.",
            "one of these must stand on its own: " + ", ".join(f"`{name}`" for name in texts),
        )
        return None
    if len(chain) >= MAX_LAYERS:
        refuse(f"More than {MAX_LAYERS} files extend each other.", "make two of them one")
        return None
    try:
        data = read_bytes(path)
    except OSError:
        others = [other.stem for other in folder.glob("*.yaml") if other.is_file()]
        refuse(
            f"There is no file `{node.text}.yaml` beside this one.",
            did_you_mean(node.text, others),
        )
        return None
    tree, text, problems = parse(data, file)
    texts[file] = text
    findings.extend(problems)
    if not isinstance(tree, Map):
        if not problems:
            refuse(f"`{node.text}.yaml` is not a protocol.", "name the file of a protocol")
        return None
    return tree


class _Layer:
    """One overlay on its base: the base with the overlay's steps done."""

    def __init__(self, base: Map, overlay: Map, findings: list[Finding]) -> None:
        self.base = base
        self.overlay = overlay
        self.findings = findings
        self.new_values: dict[str, NewValue] = {}
        self.floored = _floored(base)

    def problem(
        self, node: Tree, message: str, help: str = "", related: tuple[Related, ...] = ()
    ) -> None:
        self.findings.append(fault("PK104", message, node.place, help, related=related))

    def laid_over(self) -> Map:
        """The base, changed, with the overlay's own head keys."""
        for name, entry in self.overlay.entries.items():
            if name not in _STEPS:
                self.base.entries[name] = entry
        self.base.file, self.base.line = self.overlay.file, self.overlay.line
        self.base.column = self.overlay.column
        for entry in self._entries("set", "parameters and their values"):
            self._set(entry.key, entry.value)
        for step, apply in (("add", self._add), ("change", self._change), ("remove", self._remove)):
            for entry in self._entries(step, f"sections, such as `follow_ups`, and what to {step}"):
                section = self._section(entry, step)
                if section is not None:
                    apply(section, entry)
        return self.base

    def _entries(self, step: str, needs: str) -> Iterator[Entry]:
        entry = self.overlay.entries.get(step)
        if entry is None:
            return
        if isinstance(entry.value, Map):
            yield from entry.value.entries.values()
        else:
            self.problem(entry.key, f"`{step}` needs {needs}.", "write them below it, line by line")

    def _section(self, entry: Entry, step: str) -> Map | None:
        name = entry.key.text
        held = self.base.get(name)
        if held is None and step == "add":
            held = Map(entry.key.file, entry.key.line, entry.key.column)
            self.base.entries[name] = Entry(entry.key, held)
        if isinstance(held, Map):
            return held
        self.problem(
            entry.key,
            f"The protocol that this extends has no section `{name}`.",
            did_you_mean(name, self.base.entries),
        )
        return None

    # -- the four steps ----------------------------------------------------------------

    def _set(self, key: Scalar, value: Tree) -> None:
        parameters = self.base.get("parameters")
        known = parameters.entries if isinstance(parameters, Map) else {}
        held = known.get(key.text)
        if held is None:
            self.problem(
                key,
                f"The protocol that this extends has no parameter `{key.text}`.",
                did_you_mean(key.text, known) or "it has no parameters",
            )
            return
        before = held.value.get("value") if isinstance(held.value, Map) else held.value
        kinds = [_kind(before), _kind(value)]
        if None not in kinds and kinds[0] != kinds[1]:
            self.problem(
                value,
                f"`{key.text}` is {kinds[0]} in the protocol that this extends.",
                f"give {kinds[0]} here too",
            )
            return
        self.new_values[key.text] = NewValue(parameter=key.text, place=value.place)
        if isinstance(held.value, Map):
            held.value.entries["value"] = Entry(key, value)
        else:
            known[key.text] = Entry(key, value)

    def _add(self, section: Map, entry: Entry) -> None:
        if not isinstance(entry.value, Map):
            self.problem(
                entry.key, "What is added needs a name and its keys.", "write `name: {key: value}`"
            )
            return
        for name, new in entry.value.entries.items():
            if name in section.entries:
                self.problem(
                    new.key,
                    f"`{name}` is already there.",
                    "use `change` to change some of its keys",
                )
            else:
                section.entries[name] = new

    def _change(self, section: Map, entry: Entry) -> None:
        if not isinstance(entry.value, Map):
            self.problem(
                entry.key,
                "What is changed needs a name and the keys to change.",
                "write `name: {key: value}`",
            )
            return
        for name, new in entry.value.entries.items():
            held = section.entries.get(name)
            if held is None:
                self._missing(new.key, name, entry.key.text, section)
            elif self._may_change(entry.key.text, name, held, new):
                whole = _spelled_out(entry.key.text, held)
                if isinstance(whole, Map) and isinstance(new.value, Map):
                    whole.entries.update(new.value.entries)
                    section.entries[name] = Entry(held.key, whole)
                else:
                    section.entries[name] = new

    def _may_change(self, section: str, name: str, held: Entry, new: Entry) -> bool:
        """Whether a change leaves alone what a floor protects."""
        if section == "parameters":
            if name not in self.floored:
                return True
            keys = new.value.entries if isinstance(new.value, Map) else {"value": new}
            if "floor" in keys:
                self._protected(keys["floor"].key, "This would change the floor itself.", name)
                return False
            if "value" in keys:
                self.new_values[name] = NewValue(parameter=name, place=keys["value"].value.place)
            return True
        floor = next(self._floors_in(held), "")
        if not floor:
            return True
        if not isinstance(new.value, Map):
            self._protected(new.key, f"`{name}` rests on `{floor}`, which has a floor.", floor)
            return False
        for key, changed in new.value.entries.items():
            before = held.value.get(key) if isinstance(held.value, Map) else held.value
            touched = before is not None and next(self._names_in(before), "")
            if touched or key in _SOFTENS:
                message = f"`{name}` rests on `{floor}`, which has a floor: this could soften it."
                self._protected(changed.key, message, floor)
                return False
        return True

    def _remove(self, section: Map, entry: Entry) -> None:
        nodes = entry.value.items if isinstance(entry.value, Sequence) else [entry.value]
        for node in nodes:
            name = node.text if isinstance(node, Scalar) else "this"
            held = section.entries.get(name)
            if held is None:
                self._missing(node, name, entry.key.text, section)
                continue
            in_parameters = entry.key.text == "parameters"
            floor = name if in_parameters else next(self._floors_in(held), "")
            if floor in self.floored:
                says = (
                    f"`{name}` has a floor"
                    if in_parameters
                    else (f"`{name}` rests on `{floor}`, which has a floor")
                )
                self._protected(node, f"{says}: it cannot be removed.", floor)
            else:
                del section.entries[name]

    # -- what is missing, what is protected --------------------------------------------

    def _missing(self, node: Tree, name: str, section: str, held: Map) -> None:
        helps = did_you_mean(name, held.entries) or "there is none"
        self.problem(node, f"There is no `{name}` in `{section}`.", helps)

    def _protected(self, node: Tree, message: str, floor: str) -> None:
        place = self.floored[floor].place
        self.problem(
            node,
            message,
            f"`set: {{{floor}: ...}}` to a value that keeps to the floor, and leave this out",
            (Related(place=place, label="the floor"),),
        )

    def _floors_in(self, held: Entry) -> Iterator[str]:
        """The floored parameters on which an element rests."""
        if not self.floored:
            return
        if isinstance(held.value, Map):
            for key, entry in held.value.entries.items():
                if key not in ("title", "description"):
                    yield from self._names_in(entry.value)
        else:
            yield from self._names_in(held.value)

    def _names_in(self, tree: Tree) -> Iterator[str]:
        for scalar in scalars(tree):
            yield from (word for word in re.findall(r"\w+", scalar.text) if word in self.floored)


def _floored(base: Map) -> dict[str, Scalar]:
    """The parameters that have a floor, each with the token of its floor."""
    section = base.get("parameters")
    if not isinstance(section, Map):
        return {}
    return {
        name: entry.value.entries["floor"].key
        for name, entry in section.entries.items()
        if isinstance(entry.value, Map) and "floor" in entry.value.entries
    }


def _spelled_out(section: str, held: Entry) -> Tree:
    """An element with its keys, also where a short form stands for it."""
    kind = KINDS.get(SECTIONS.get(section, ""))
    node = held.value
    if kind is None or not kind.short:
        return node
    if isinstance(node, Map) and not is_short(kind, KEYS[kind.name], node):
        return node
    whole = Map(node.file, node.line, node.column)
    whole.end_line, whole.end_column = node.end_line, node.end_column
    token = Scalar(node.file, node.line, node.column, node.line, node.column, kind.short)
    whole.entries[kind.short] = Entry(token, node)
    return whole


def _kind(node: Tree | None) -> str | None:
    """What a parameter's value is, in words; None when that cannot be told."""
    if not isinstance(node, Scalar):
        return None
    try:
        return _WORDS.get(type(parameter_of(node.text)), "a length of time")
    except LimitSyntaxError:
        return None
