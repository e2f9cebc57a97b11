"""What a tree declares, and which of its maps are short forms: asked before it is read.

Every name must be known before the first one is used, also the names of elements that turn
out to be in error: they are not missing. Imports the vocabulary and the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocolkit.language import types
from protocolkit.language.other_words import meant
from protocolkit.language.tree import Entry, Map, Scalar, Tree
from protocolkit.language.types import Key, Kind
from protocolkit.language.vocabulary import KINDS, SECTIONS, keys_of

KEYS: Mapping[str, Mapping[str, Key]] = {name: keys_of(kind) for name, kind in KINDS.items()}
"""The keys of each kind, by their names."""

MAX_SLIPS = 20
"""How many unknown keys at the top are compared with the names of sections."""


class Declared:
    """The ids that a file declares, by kind, each with the token that declares it.

    `unread` are the kinds whose section cannot be read at all, or is missing though it must
    be there, so that nobody can say which of their names exist. `stateless`: there is no
    section with states. `small` are names with capitals, which are reported, as they should be
    written. `booleans` are the names that may stand alone in a condition.
    """

    def __init__(self, top: Map) -> None:
        self.names: dict[str, dict[str, Scalar]] = {kind: {} for kind in SECTIONS.values()}
        self.names["exception"] = {}
        self.unread: set[str] = set()
        self.small: set[tuple[str, str]] = set()
        self.booleans: set[str] = set()
        found = {section for section, entry in _sections(top) if self._section(section, entry)}
        if "roles" not in found:
            self.unread.add("role")
        self.stateless = not {"states", "strands"} & found
        if self.stateless:
            self.unread |= {"state", "strand"}

    def knows(self, kinds: tuple[str, ...], name: str) -> bool:
        """Whether a name of one of the kinds exists, or might."""
        return any(
            name in self.names[kind] or kind in self.unread or (kind, name) in self.small
            for kind in kinds
        )

    def _section(self, section: str, entry: Entry) -> str:
        """Take in the names of a section; returns its name."""
        kind = SECTIONS[section]
        if not isinstance(entry.value, Map):
            self.unread.add(kind)
            if kind == "strand":
                self.unread.add("state")
            return section
        for name, element in _entries(entry.value):
            self._take(kind, name, element.key)
            value = element.value
            if kind == "strand" and isinstance(value, Map):
                is_states = is_short(KINDS["strand"], KEYS["strand"], value)
                self._all("state", value if is_states else value.get("states"))
            elif kind in ("trigger", "meeting") and isinstance(value, Map):
                self._all("exception", value.get("exceptions"))
            elif kind == "fact":
                type_ = value.get("type") if isinstance(value, Map) else None
                if isinstance(type_, Scalar) and type_.text == "boolean":
                    self.booleans.add(name)
            elif kind == "term":
                self.booleans.add(name)
        if section == "states":
            self._take("strand", "case", entry.key)
        return section

    def _all(self, kind: str, section: Tree | None) -> None:
        if isinstance(section, Map):
            for name, entry in _entries(section):
                self._take(kind, name, entry.key)

    def _take(self, kind: str, name: str, token: Scalar) -> None:
        self.names[kind].setdefault(name, token)
        if name.lower() != name:
            self.small.add((kind, name.lower()))


def _sections(top: Map) -> Iterator[tuple[str, Entry]]:
    """The sections that declare names; one whose own name has a slip is read all the same."""
    strangers = 0
    for name, entry in _entries(top):
        if name in SECTIONS:
            yield name, entry
        elif name not in KEYS["protocol"] and isinstance(entry.value, Map):
            strangers += 1
            key = meant("protocol", name, KEYS["protocol"]) if strangers <= MAX_SLIPS else ""
            if key in SECTIONS:
                yield key, entry


def _entries(section: Map) -> Iterator[tuple[str, Entry]]:
    yield from section.entries.items()
    for entry in section.dropped:
        yield entry.key.text, entry


def is_short(kind: Kind, keys: Mapping[str, Key], node: Map) -> bool:
    """Whether a map is the value of the element's main key, not the element itself."""
    if not kind.short or not node.entries:
        return False
    main = keys[kind.short].type
    if isinstance(main, types.MapOf):
        return not any(name in keys for name in node.entries)
    item = main.item if isinstance(main, types.ListOf) else main
    if not isinstance(item, types.ElementOf):
        return False
    inner = KEYS[item.kind]
    return not any(name in keys for name in node.entries) and any(
        name in inner or is_short(KINDS[item.kind], inner, node) for name in node.entries
    )


def takes_list(key: Key) -> bool:
    """Whether a list may stand for the value of a key."""
    if isinstance(key.type, types.ElementOf):
        kind = KINDS[key.type.kind]
        return bool(kind.short) and takes_list(KEYS[kind.name][kind.short])
    return isinstance(key.type, types.ListOf)
