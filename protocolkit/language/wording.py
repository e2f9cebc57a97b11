"""How messages of the reader name things: kinds, keys, types, what was found.

Imports the types and the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.language import types
from protocolkit.language.types import Key
from protocolkit.language.vocabulary import SECTIONS

_WORDS = {
    "follow_up": "follow-up",
    "met_by": "`met_by` entry",
    "ending": "`ends_when` entry",
    "recorded": "recorded fact",
    "start_at": "`start_at` entry",
    "agreed_by": "`agreed_by` entry",
    "in_force": "`in_force` entry",
    "who": "`who` entry",
    "watches": "`watches` entry",
}


def words(kind: str) -> str:
    """A kind of element in words."""
    return _WORDS.get(kind) or kind.replace("_", " ")


def a(noun: str) -> str:
    """A noun with `a` or `an` before it."""
    return ("an " if noun.lstrip("`")[0] in "aeiou" else "a ") + noun


def subject(kind: str, id_: str) -> str:
    """The element that a message is about."""
    if kind == "protocol":
        return "This protocol"
    return f"The {words(kind)} `{id_}`" if id_ else f"This {words(kind)}"


def says(type_: types.ValueType) -> str:
    """What a type expects."""
    if isinstance(type_, types.Word):
        return "one of " + listed(type_.words)
    if isinstance(type_, types.Ref):
        names = " or ".join(a(words(kind)) for kind in type_.kinds)
        return f"the name of {names}"
    if isinstance(type_, types.ListOf):
        return f"{says(type_.item)}, or a list of them"
    if isinstance(type_, types.MapOf):
        return "`name: value` lines below it"
    if isinstance(type_, types.ElementOf):
        return a(words(type_.kind))
    return type_.says


def section(kind: str) -> str:
    """The section in which a kind of element is declared."""
    return next((name for name, of in SECTIONS.items() if of == kind), kind)


def skeleton(key: Key) -> str:
    """What to add where a key is missing."""
    text = f"add `{key.name}`"
    if key.example:
        text += f", such as `{key.name}: {key.example}`"
    if key.silent:
        text += f", or `{key.name}: unspecified` if the source does not say"
    return text


def purpose(key: Key) -> str:
    """What a key is for, in a few words that fit between brackets."""
    first = key.doc.partition(". ")[0].removesuffix(".")
    return first[0].lower() + first[1:]


def listed(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(f"`{name}`" for name in names)


def joined(names: Iterable[str], joint: str = "and") -> str:
    """Names as a sentence has them: "`a`, `b` and `c`"."""
    *most, last = [f"`{name}`" for name in names] or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def short(text: str) -> str:
    """A text on one line, cut when it is long."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."


def sentence(text: str) -> str:
    """A phrase with a capital letter and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."
