"""What YAML can do and a protocol must not: references, tags, documents, types by guessing."""

from __future__ import annotations

from collections.abc import Iterator

from tests.checks.hostile.inputs import (
    MAY_REFUSE,
    MUST_REFUSE,
    WHOLE,
    Family,
    Input,
    put,
    text,
)
from tests.language.samples import GOOD

_GUESSED = (
    *("no", "Off", "y", "null", "~", "", "17:00", "010", "0x1F", "0o17", "1_000", "1e3", "1.10"),
    *(".inf", ".nan", "=", "<<", "2001-01-01", "!", "&", "*", "@", "`", "%", "|", ">", "-", "?"),
)
"""Plain words that one tool or another takes for something else."""


def _references() -> Iterator[Input]:
    levels = "".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    yield text("a billion laughs", "x-0: &a0 [ha, ha, ha]\n" + levels + GOOD)
    maps = "".join(
        f"x-{n}: &b{n} {{{', '.join(f'k{m}: *b{n - 1}' for m in range(9))}}}\n"
        for n in range(1, 10)
    )
    yield text("a billion maps", "x-0: &b0 {a: b}\n" + maps)
    yield text(
        "twice as much each time",
        "".join(f"- &c{n} [*c{n - 1}, *c{n - 1}]\n" for n in range(1, 60)),
    )
    yield text(
        "a long list again and again",
        "x-a: &a [" + "b, " * 5_000 + "]\nx-b: [" + "*a, " * 5_000 + "]",
    )
    yield text("a list in itself", "x-a: &a [*a]\n" + GOOD)
    yield text("a map in itself", "x-a: &a {b: *a}\n" + GOOD)
    yield text("the whole in itself", "&a\nx-a: *a\n" + GOOD)
    yield text(
        "a name that nobody gave",
        put("who: [djo]\n    moves: [{strand", "who: *djo\n    moves: [{strand"),
    )
    yield text("a name for one word", put("kind: judge", "kind: &a judge"))
    yield text("a name given twice", "x-a: &a b\nx-c: &a d\n" + GOOD)
    yield text("a name of 10,000 letters", "x-a: &" + "a" * 10_000 + " b\n" + GOOD)
    yield text("a reference as a key", "? *a\n: b\n" + GOOD)
    yield text("a merge", put("    protective: true\n", "    <<: {protective: true}\n"))
    yield text("a merge of many", put("    protective: true\n", "    <<: [{a: b}, {c: d}]\n"))
    yield text("a merge at the top", "<<: {title: b}\n" + GOOD)
    bomb = "".join(f"x-{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 9)}]\n" for n in range(1, 9))
    yield text("merges upon merges", "x-0: &m0 {a: b}\n" + bomb)


def _tags() -> Iterator[Input]:
    for tag in (
        *("!!str", "!!int", "!!float", "!!binary", "!!set", "!!omap", "!!python/name:os.system"),
        *("!!python/object/apply:os.system", "!!python/module:os", "!!python/tuple", "!include"),
        *("!", "!<tag:yaml.org,2002:str>", "!ruby/object:Gem::Installer", "!!js/function"),
        *("!!java.net.URL", "!env_var", "!%41", "!" + "a" * 5_000),
    ):
        yield text(f"a text with {tag[:40]}", put("A sample", f"{tag} sample"))
        yield text(f"a list with {tag[:40]}", put("[phone, text]", f"{tag} [phone]"))


def _documents() -> Iterator[Input]:
    yield text("two", GOOD + "---\n" + GOOD)
    yield text("a thousand", "---\na: b\n" * 1_000)
    yield text("an empty one first", "---\n---\n" + GOOD)
    yield text("an end and more", GOOD + "...\nid: again\n")
    yield text("a version of YAML", "%YAML 1.1\n---\n" + GOOD)
    yield text("a version that is none", "%YAML 9.9\n---\n" + GOOD)
    yield text("two versions", "%YAML 1.2\n%YAML 1.2\n---\n" + GOOD)
    yield text("prefixes of tags", "%TAG ! tag:x,2000:\n---\n" + GOOD)
    yield text("an order that nobody knows", "%DO this\n---\n" + GOOD)
    yield text("ends only", "...\n" * 100)
    for name, empty in (("nothing", ""), ("lines", "\n" * 1_000), ("a comment", "# only\n")):
        yield text(name, empty)
    for name, top in (
        *(("a list", "- a\n- b\n"), ("a text", "hello\n"), ("a number", "42"), ("null", "null")),
        *(("an empty map", "{}"), ("an empty list", "[]"), ("an empty text", "''")),
        *(
            ("a block", "|\n  protocolkit: 1\n"),
            ("a star", "*"),
            ("a colon", ":"),
            ("dashes", "--"),
        ),
        *(("a question", "?"), ("a quote", '"'), ("a bracket", "["), ("a comma", ",")),
    ):
        yield text(f"{name} instead of a protocol", top)


def _keys() -> Iterator[Input]:
    yield text("twice", put("version: ", "version: '2'\nversion: "))
    yield text("a section twice", GOOD + "roles: {other: {kind: judge}}\n")
    yield text("twice, with quotes", put("version: ", "'version': '2'\nversion: "))
    yield text("twice in brackets", put("kind: judge,", "kind: judge, kind: djo,"))
    yield text("a name 20,000 times", WHOLE + "facts:\n" + "  a: {type: boolean}\n" * 20_000)
    for key in ("[a]", "{a: b}", "''", "? a", "? [a, b]", "? |\n  a", "{{ a }}", "- a", "a" * 65):
        yield text(f"{key[:20]} as a key", GOOD + f"{key}: b\n")
    for word in _GUESSED[:13]:
        yield text(f"{word or 'nothing'} as a key", put("  is_child: age", f"  {word}: age"))
    for key in (
        "__class__",
        "__init__",
        "constructor",
        "self",
        "path",
        "id_",
        "from_",
        "",
        " ",
        ".",
    ):
        yield text(f"{key!r} as a key of a role", put("kind: judge,", f"'{key}': x, kind: judge,"))
        yield text(f"{key!r} as a key at the top", GOOD + f"'{key}': x\n")


def _guessed() -> Iterator[Input]:
    """A word that tools do not agree on, in places of many kinds."""
    for word in _GUESSED:
        for old, new in (
            ('version: "3"', "version: {}"),
            ("timezone: America/Chicago", "timezone: {}"),
            ("open: mon-fri 08:30-16:30", "open: {}"),
            ("values: [suspected, confirmed]", "values: [{}, confirmed]"),
            ("within 2 business days", "{}"),
            ("per_case: true", "per_case: {}"),
            ("persons: 3", "persons: {}"),
            ("is_child: age < 18", "is_child: {}"),
            ("last: 2024-01-01", "last: {}"),
        ):
            yield text(f"{word or 'nothing'} in `{new}`", put(old, new.format(word)))


def _blocks() -> Iterator[Input]:
    for name, spoilt in (
        ("a quote that never ends", put('version: "3"', 'version: "3')),
        ("an apostrophe that never ends", put('version: "3"', "version: '3")),
        ("a bracket that never ends", put("[djo, judge]", "[djo, judge")),
        ("a brace that never ends", put("{kind: court}", "{kind: court")),
        ("a bracket too many", put("[djo, judge]", "[djo, judge]]")),
        ("the wrong bracket", put("[djo, judge]", "[djo, judge}")),
        ("two commas", put("[djo, judge]", "[djo,, judge]")),
        ("a text behind a block", put("  is_child: age", "  is_child: | age")),
        ("a block of no depth", put("  is_child: age < 18", "  is_child: |9\n    age < 18")),
        ("two colons", put("document: protocol", "document: protocol: x")),
        ("no space behind a colon", put("document: protocol", "document:protocol")),
        ("a line too far in", put("document: protocol", "   document: protocol")),
        ("a line too far out", put("  police: police", " police: police")),
        ("a list among keys", put("document: protocol", "- document: protocol")),
        ("a hash without a space", put("document: protocol", "document:#protocol")),
        ("a key and no more", put("document: protocol", "document")),
    ):
        yield text(name, spoilt)


FAMILIES = (
    Family("references", MUST_REFUSE, _references),
    Family("tags", MUST_REFUSE, _tags),
    Family("documents", MUST_REFUSE, _documents),
    Family("keys", MUST_REFUSE, _keys),
    Family("types by guessing", MAY_REFUSE, _guessed),
    Family("broken blocks", MUST_REFUSE, _blocks),
)
