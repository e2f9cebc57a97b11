"""The reference page of every key of scenario files, made from the table.

Imports the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from protocolkit.language.types import (
    Day,
    ElementOf,
    Flag,
    Key,
    ListOf,
    MapOf,
    Ref,
    ValueType,
    Word,
)
from protocolkit.scenarios.acts import ACTOR, ACTS, BECAUSE, PAST, actor_keys
from protocolkit.scenarios.names import WORDS
from protocolkit.scenarios.shapes import Act, Facts, Form, Seats, States, Time
from protocolkit.scenarios.vocabulary import FORMS

_HEAD = """\
# Scenario files: every key

How scenarios are written is told with examples in [scenarios.md](scenarios.md). This page is
made from the table that the reader of scenario files uses itself, by `python tools/generate.py`;
do not edit it. An editor that knows JSON Schema helps while you write: `protocolkit schema
scenarios` prints the schema, and `schemas/scenarios.schema.json` is the same file.

Where a list is expected, one item may stand without brackets. *required*: the key must be there.
"""

_TITLES = {
    "file": "The file",
    "scenario": "A scenario",
    "expect": "What is expected",
    "owing": "An open follow-up",
    "ended": "An ended follow-up",
    "meeting": "A meeting",
    "told": "Somebody who was told",
    "level": "A level that came",
    "sign_offs": "Agreement to an act",
    "link": "A hand-over",
}


def reference() -> str:
    """The page, in Markdown."""
    files = [_form(FORMS[name]) for name in ("file", "scenario")]
    expected = [_form(form) for name, form in FORMS.items() if name not in ("file", "scenario")]
    parts = [_HEAD, *files, _steps(), *(_act(act) for act in ACTS.values()), _other(), *expected]
    return "\n".join(parts)


def _form(form: Form) -> str:
    lines = [f"## {_TITLES[form.name]}", "", form.doc]
    if form.short:
        lines += ["", f"Short form: the value of `{form.short}` may stand for the whole."]
    return "\n".join([*lines, "", *_table(form.keys), ""])


def _steps() -> str:
    lines = [
        "## A step",
        "",
        "A step is one of the acts below, or `refused`, `wait_until`, `expect`. These keys go with "
        "every act:",
        "",
        *_table(ACTOR),
        "",
    ]
    return "\n".join(lines)


def _act(act: Act) -> str:
    lines = [f"## `{act.name}`", "", act.doc, "", f"`{act.example}`"]
    value = "a map with the keys on who acts" if act.inside else _value(act.about)
    lines += ["", f"Value: {value}{', and those below' if act.inside and act.keys else ''}."]
    left_out = [f"`{key.name}`" for key in ACTOR if key not in actor_keys(act)]
    if left_out:
        lines += ["", f"It does not take {' or '.join(left_out)}."]
    if act.keys:
        lines += ["", *_table(act.keys)]
    return "\n".join([*lines, ""])


def _other() -> str:
    past = ", ".join(f"`{name}`" for name in PAST)
    lines = [
        "## `refused`",
        "",
        "An act must be refused, for just these reasons. `refused: TRIGGER` refuses a trigger; any "
        "other act stands as a map, such as `refused: {complete: see}`. The keys of the act stand "
        "beside it; what is required there may be missing here.",
        "",
        *_table([BECAUSE]),
        "",
        "## `history`",
        "",
        f"Each entry is one of {past}, with its keys, `by` and `at`; `as` and `can` may be added.",
        "",
        "## `wait_until`",
        "",
        "Time comes to this instant, and nobody acts. What must be so then stands in a later step.",
        "",
    ]
    return "\n".join(lines)


def _table(keys: Iterable[Key]) -> Iterator[str]:
    yield "| Key | Value | Meaning | Example |"
    yield "|---|---|---|---|"
    for key in keys:
        value = _value(key.type) + (", *required*" if key.required else "")
        example = f"`{key.example}`" if key.example else ""
        yield _line((f"`{key.name}`", value, key.doc, example))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _value(type_: ValueType) -> str:
    match type_:
        case Flag():
            return "`true` or `false`"
        case Day():
            return "a day"
        case Time():
            return " or ".join(["a local date and hour", *(f"`{word}`" for word in type_.words)])
        case Word():
            return _listed([f"`{word}`" for word in type_.words])
        case Ref():
            kinds = dict.fromkeys(f"a {WORDS[kind]}" for kind in type_.kinds)
            names = [*kinds, *(f"`{word}`" for word in type_.words)]
            return _listed(names).replace("a act", "an act").replace("a exc", "an exc")
        case ListOf():
            return f"list: {_value(type_.item)}"
        case Facts() | States() | Seats():
            return type_.says
        case MapOf():
            keys = _value(type_.keys) if type_.keys is not None else "a name"
            return f"map, from {keys} to: {_value(type_.item)}"
        case ElementOf():
            return _element(type_.kind)
        case _:
            return "a text"


def _element(kind: str) -> str:
    title = {"step": "A step", "past": "`history`"}.get(kind) or _TITLES[kind]
    anchor = title.replace("`", "").lower().replace(" ", "-")
    return f"[{title.replace('`', '').lower()}](#{anchor})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " or " + names[-1] if len(names) > 1 else names[0]
