"""The one table of keys against the model, the reader and plain speech."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from protocolkit.language.reader import Reader
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import Map
from protocolkit.language.types import Anything, ElementOf, Key, Kind, ListOf, MapOf, ValueType
from protocolkit.language.vocabulary import COMMON, KINDS, SECTIONS, keys_of
from protocolkit.model.base import Element
from tests.language.samples import GOOD, shown

JARGON = {"guard", "node", "parse", "null", "transition", "obligation", "boolean", "string"}
"""Words that somebody who only writes protocols should never have to look up."""

IN_THE_READER = {
    "protocol": {
        "states": "the model has them as the strand `case`",
        "set": "done before the model is made",
        "add": "done before the model is made",
        "change": "done before the model is made",
        "remove": "done before the model is made",
    }
}
"""Keys without a field of their own, with the reason."""

IN_THE_MODEL = {
    "path": "where the element stands, not what it says",
    "unspecified": "the keys whose value is the word `unspecified`",
    "id": "the name in the map around it; only a protocol and a level have it as a key",
    "content": "of the text of the whole protocol, for its digest",
    "calendar": "the hours and closed days, ready for arithmetic",
}
"""Fields without a key, with the reason."""


def _keys() -> Iterator[tuple[Kind, Key]]:
    for kind in KINDS.values():
        for key in kind.keys:
            yield kind, key
    for key in COMMON:
        yield KINDS["role"], key


def _named(kind: Kind, key: Key) -> str:
    return f"{kind.name}.{key.name}"


ALL = [pytest.param(kind, key, id=_named(kind, key)) for kind, key in _keys()]
IN_PLACE = [
    pytest.param(kind, key, id=_named(kind, key))
    for kind, key in _keys()
    if not (isinstance(key.type, MapOf) and isinstance(key.type.item, Anything))
]
"""Those whose values can be read by themselves: what an overlay says is read in its base."""


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_keys_and_fields_are_the_same(kind: Kind) -> None:
    """Whatever can be written is kept, and whatever is kept can be written."""
    own = set(kind.model._fields) - set(Element._fields)
    keys = {key.field for key in kind.keys} - IN_THE_READER.get(kind.name, {}).keys()
    common = {"id"} if kind.name in ("protocol", "level") else set()
    assert keys == (own - (IN_THE_MODEL.keys() - keys)) | common


def test_the_keys_of_every_element_are_the_fields_of_every_element() -> None:
    """The same, for what all elements have in common."""
    assert {key.field for key in COMMON} == set(Element._fields) - IN_THE_MODEL.keys()


@pytest.mark.parametrize(("kind", "key"), ALL)
def test_a_key_says_what_it_is_for(kind: Kind, key: Key) -> None:
    """One or two sentences, that begin with a capital letter and end; `...` goes on elsewhere."""
    assert key.doc
    assert key.doc.endswith(".")
    assert key.doc[0].isupper() or key.doc[0] in "`."
    assert len(key.doc) <= 110, _named(kind, key)
    assert set() == JARGON & set(re.findall(r"[a-z]+", key.doc.lower()))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_says_what_it_is(kind: Kind) -> None:
    """As a key does; a short form is one of its own keys."""
    assert kind.doc.endswith(".")
    assert kind.doc[0].isupper()
    assert not kind.short or kind.short in keys_of(kind)


@pytest.mark.parametrize(("kind", "key"), ALL)
def test_a_key_shows_how(kind: Kind, key: Key) -> None:
    """The help for a missing key is made from its example, and the page shows it."""
    assert key.example, _named(kind, key)


DECLARES = {
    kind: names.split()
    for kind, names in {
        "role": "djo supervisor judge minor nurse deputy guardian officer caseworker advocate "
        "investigator service_provider truancy_officer",
        "calendar": "office",
        "organization": "court",
        "fact": "certainty seen_today danger consent age turns_18_on",
        "state": "identified reported safe missing",
        "strand": "whereabouts",
        "trigger": "report draft_plan agree_plan went_missing convene close police_take_report "
        "charge_the_minor move_away recall",
        "meeting": "team_meeting",
        "follow_up": "keep_looking inform_police tell_the_reporter",
        "parameter": "inform_limit",
    }.items()
}
"""What the examples of the vocabulary name."""


def _small(key: Key) -> Map:
    """A tree in which the names of `DECLARES` are declared, and the example stands by itself."""
    sections = {kind: section for section, kind in SECTIONS.items() if section != "states"}
    sections["state"] = "states"
    declared = "".join(
        f"{sections[kind]}: {{{', '.join(f'{name}: {{}}' for name in names)}}}\n"
        for kind, names in DECLARES.items()
    )
    tree, _, findings = parse(f"{declared}x: {key.example}\n", "example")
    assert [] == findings
    assert isinstance(tree, Map)
    return tree


@pytest.mark.parametrize(("kind", "key"), IN_PLACE)
def test_an_example_is_right(kind: Kind, key: Key) -> None:
    """An example that could not be written as it stands would teach the wrong thing."""
    tree = _small(key)
    reader = Reader(tree)
    node = tree.get("x")
    assert node is not None
    path = ("id",) if _named(kind, key) == "protocol.id" else ("x",)
    reader.value(key, key.type, node, path)
    assert "" == shown(tuple(reader.findings))


def _kinds_in(type_: ValueType) -> Iterator[str]:
    if isinstance(type_, ElementOf):
        yield type_.kind
    elif isinstance(type_, ListOf | MapOf):
        yield from _kinds_in(type_.item)


def test_every_kind_can_be_reached() -> None:
    """A kind that no key holds could never be written."""
    found = {name for kind in KINDS.values() for key in kind.keys for name in _kinds_in(key.type)}
    assert {*found, "protocol"} == set(KINDS)


def test_the_sample_uses_every_kind() -> None:
    """So the tests that break the sample can break an element of any kind."""
    reading = read_text(GOOD)
    found: set[type] = set()

    def walk(value: object) -> None:
        if isinstance(value, Element):
            found.add(type(value))
            for field in value._fields:
                walk(getattr(value, field))
        elif isinstance(value, tuple):
            for item in value:
                walk(item)
        elif isinstance(value, Mapping):
            for item in value.values():
                walk(item)

    walk(reading.protocol)
    assert {kind.model for kind in KINDS.values()} == found
