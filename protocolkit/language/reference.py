"""The reference page of the language, made from the vocabulary.

Imports the vocabulary and the rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.language import types, wording
from protocolkit.language.forms import FORMS
from protocolkit.language.rules import CHOICES
from protocolkit.language.types import Key, Kind
from protocolkit.language.vocabulary import COMMON, KINDS

_HEAD = """\
# The language, version 1

Every kind of element and every key. This page is made from the table that the reader of
protocol files uses itself, by `python tools/generate.py`; do not edit it.

- *required*: the key must be there. *silent*: where the source does not say, the value may be
  the word `unspecified`. The gap is then shown, and is no error.
- Where a list is expected, one item may stand without brackets.
- Where an element has a short form, the value of one key may stand for the whole element.
- A key that starts with `x-` is yours: it is kept in the file and not read.
- A name is made of small letters, digits and `_`, and starts with a letter.
- What a limit may say, and what it counts from, is in [limits.md](limits.md); the grammar of
  conditions is in [conditions.md](conditions.md).
- Whole sets of rules to copy are in [How do I say ...?](../how-do-i-say.md).
"""


def reference() -> str:
    """The page, in Markdown."""
    parts = [_HEAD, _contents(), *(_kind(kind) for kind in KINDS.values()), _common()]
    return "\n".join(parts)


def _contents() -> str:
    lines = [f"- [{_title(kind)}](#{_anchor(kind)}): {kind.doc}" for kind in KINDS.values()]
    return "\n".join(["## Kinds", "", *lines, "- [Keys of every element](#keys-of-every-element)"])


def _title(kind: Kind) -> str:
    title = wording.words(kind.name).replace("`", "")
    return title[0].upper() + title[1:]


def _anchor(kind: Kind) -> str:
    return _title(kind).lower().replace(" ", "-")


def _kind(kind: Kind) -> str:
    lines = ["", f"## {_title(kind)}", "", kind.doc]
    if kind.short:
        lines += ["", f"Short form: the value of `{kind.short}` may stand for the whole."]
    for choice in CHOICES.get(kind.name, ()):
        many = "Exactly one" if choice.exclusive else "At least one"
        lines += ["", f"{many} of these is needed: {wording.listed(choice.keys)}."]
    if kind.name in FORMS:
        lines += ["", *_forms(kind)]
    if kind.common:
        lines += ["", "It also takes the [keys of every element](#keys-of-every-element)."]
    return "\n".join([*lines, "", *_table(kind.keys)])


def _forms(kind: Kind) -> Iterator[str]:
    """Which keys go with which word."""
    key, forms = FORMS[kind.name]
    yield f"| `{key}` | Needs | May have | Example |"
    yield "|---|---|---|---|"
    for word, form in forms.items():
        needs = [f"`{name}`" for name in form.needs]
        if form.either:
            needs.append(" or ".join(f"`{name}`" for name in form.either))
        may = ", ".join(f"`{name}`" for name in form.may)
        yield f"| `{word}` | {', '.join(needs)} | {may} | `{form.example}` |"


def _common() -> str:
    intro = "These may stand in every element that says so."
    return "\n".join(["", "## Keys of every element", "", intro, "", *_table(COMMON), ""])


def _table(keys: tuple[Key, ...]) -> Iterator[str]:
    yield "| Key | Value | Meaning | Example |"
    yield "|---|---|---|---|"
    for key in keys:
        marks = [mark for mark, on in (("required", key.required), ("silent", key.silent)) if on]
        value = ", ".join([_value(key.type), *(f"*{mark}*" for mark in marks)])
        example = f"`{key.example}`" if key.example else ""
        yield (
            "| "
            + " | ".join(
                cell.replace("|", "\\|") for cell in (f"`{key.name}`", value, key.doc, example)
            )
            + " |"
        )


def _value(type_: types.ValueType) -> str:
    if isinstance(type_, types.ElementOf):
        kind = KINDS[type_.kind]
        return f"[{_title(kind)}](#{_anchor(kind)})"
    if isinstance(type_, types.ListOf):
        return f"list: {_value(type_.item)}"
    if isinstance(type_, types.MapOf):
        names = "names"
        if type_.keys is not None:
            names = wording.says(type_.keys).removeprefix("the name of ")
        return f"map, from {names} to: {_value(type_.item)}"
    if isinstance(type_, types.Anything):
        return "as in the section that it changes"
    if isinstance(type_, types.Ref) and type_.words:
        return f"{wording.says(type_)}, or {wording.listed(type_.words)}"
    return wording.says(type_)
