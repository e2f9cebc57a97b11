"""Overlays: a file that extends another is that other's tree with some parts changed.

Works on trees, before anything is read as a model, so that every part keeps the file and line
it was written in. Imports the tree and the text reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from protocolkit.ground.findings import Finding
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.text import fault, parse, read_bytes
from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree

MAX_LAYERS = 8
_FILE = re.compile(r"[a-z][a-z0-9_-]*\Z")
_STEPS = ("set", "add", "change", "remove")


def merged(
    top: Map, folder: Path | None, texts: dict[str, str], findings: list[Finding]
) -> Map | None:
    """The tree with its base taken in; None when the base cannot be read.

    `texts` gains the text of every file that was read.
    """
    chain = [top]
    while (entry := chain[-1].entries.get("extends")) is not None:
        base = _base(entry, folder, texts, findings, chain)
        if base is None:
            return None
        chain.append(base)
    result = chain.pop()
    while chain:
        result = _lay_over(result, chain.pop(), findings)
    if "extends" not in top.entries:
        for step in _STEPS:
            if step in top.entries:
                findings.append(
                    fault(
                        "PK104",
                        f"`{step}` changes another protocol, and this file extends none.",
                        top.entries[step].key.place,
                        "add `extends: name-of-the-other-file`, or take this out",
                        path=(step,),
                    )
                )
    return result


def _base(
    entry: Entry,
    folder: Path | None,
    texts: dict[str, str],
    findings: list[Finding],
    chain: list[Map],
) -> Map | None:
    node = entry.value

    def refuse(message: str, help: str = "") -> None:
        findings.append(fault("PK104", message, node.place, help, path=("extends",)))

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
    file = str(path)
    if file in texts:
        refuse(
            "This extends a file that extends it in turn.",
            "one of the two must stand on its own: " + ", ".join(f"`{name}`" for name in texts),
        )
        return None
    if len(chain) >= MAX_LAYERS:
        refuse(f"More than {MAX_LAYERS} files extend each other.")
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
            refuse(f"`{node.text}.yaml` is not a protocol.")
        return None
    return tree


def _lay_over(base: Map, overlay: Map, findings: list[Finding]) -> Map:
    """The base with the overlay's steps done, and the overlay's own head keys."""
    for name, entry in overlay.entries.items():
        if name not in _STEPS:
            base.entries[name] = entry

    def problem(node: Tree, message: str, help: str = "") -> None:
        findings.append(fault("PK104", message, node.place, help))

    steps: dict[str, Callable[[Map, str, Entry], None]] = {
        "add": lambda section, name, entry: _add(section, entry, problem),
        "change": lambda section, name, entry: _change(section, name, entry, problem),
        "remove": lambda section, name, entry: _remove(section, name, entry, problem),
    }
    values = overlay.get("set")
    if isinstance(values, Map):
        parameters = base.get("parameters")
        for name, entry in values.entries.items():
            known = parameters.entries if isinstance(parameters, Map) else {}
            if name not in known:
                problem(
                    entry.key,
                    f"The protocol that this extends has no parameter `{name}`.",
                    did_you_mean(name, known),
                )
                continue
            held = known[name]
            if isinstance(held.value, Map):
                held.value.entries["value"] = Entry(entry.key, entry.value)
            else:
                known[name] = Entry(entry.key, entry.value)
    for step, apply in steps.items():
        sections = overlay.get(step)
        if sections is None:
            continue
        if not isinstance(sections, Map):
            problem(sections, f"`{step}` needs sections, such as `follow_ups`, and what to {step}.")
            continue
        for name, entry in sections.entries.items():
            section = base.get(name)
            if section is None and step == "add":
                section = Map(entry.key.file, entry.key.line, entry.key.column)
                base.entries[name] = Entry(entry.key, section)
            if not isinstance(section, Map):
                problem(
                    entry.key,
                    f"The protocol that this extends has no section `{name}`.",
                    did_you_mean(name, base.entries),
                )
                continue
            apply(section, name, entry)
    return base


def _add(section: Map, entry: Entry, problem: Callable[..., None]) -> None:
    if not isinstance(entry.value, Map):
        problem(entry.key, "What is added needs a name and its keys.")
        return
    for name, new in entry.value.entries.items():
        if name in section.entries:
            problem(
                new.key,
                f"`{name}` is already there.",
                "use `change` to change some of its keys",
            )
        else:
            section.entries[name] = new


def _change(section: Map, title: str, entry: Entry, problem: Callable[..., None]) -> None:
    if not isinstance(entry.value, Map):
        problem(entry.key, "What is changed needs a name and the keys to change.")
        return
    for name, new in entry.value.entries.items():
        held = section.entries.get(name)
        if held is None:
            problem(
                new.key, f"There is no `{name}` in `{title}`.", did_you_mean(name, section.entries)
            )
        elif isinstance(held.value, Map) and isinstance(new.value, Map):
            held.value.entries.update(new.value.entries)
        else:
            section.entries[name] = new


def _remove(section: Map, title: str, entry: Entry, problem: Callable[..., None]) -> None:
    names = entry.value.items if isinstance(entry.value, Sequence) else [entry.value]
    for node in names:
        if isinstance(node, Scalar) and node.text in section.entries:
            del section.entries[node.text]
        else:
            text = node.text if isinstance(node, Scalar) else "this"
            problem(
                node, f"There is no `{text}` in `{title}`.", did_you_mean(text, section.entries)
            )
