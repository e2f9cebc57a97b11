"""Hostile and careless bytes: each gives one finding at its place, soon, and nothing raises."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.language.reading import read_text
from protocolkit.language.text import MAX_FINDINGS, is_ambiguous, parse
from protocolkit.language.tree import plain_data
from tests.language.samples import GOOD, shown

REFUSED: dict[tuple[str, str], tuple[tuple[str, str | bytes, str], ...]] = {
    ("PK001", "saved as UTF-16"): (
        ("UTF-16 with a mark", "id: x".encode("utf-16"), "1:1"),
        ("UTF-16 without a mark", "id: x".encode("utf-16-le"), "1:1"),
        ("UTF-16, the other way round", "id: x".encode("utf-16-be"), "1:1"),
        ("UTF-32", "id: x".encode("utf-32"), "1:1"),
    ),
    ("PK001", "not saved as UTF-8"): (
        ("Latin-1", b"id: x\ntitle: caf\xe9\n", "2:11"),
        ("a broken character after a mark", b"\xef\xbb\xbfid: \xff", "1:5"),
        ("an overlong character", b"id: \xc0\xaf", "1:5"),
        ("half a character in bytes", b"id: \xed\xa0\x80", "1:5"),
        ("a character cut off at the end", b"id: \xe2\x82", "1:5"),
    ),
    ("PK001", "There is an unseen character here (U+"): (
        ("half a character in a text", "id: \ud800", "1:5"),
        ("NUL alone", b"\0", "1:1"),
        ("NUL inside", b"id: x\ntitle: a\0b", "2:9"),
        ("a bell", "id: a\x07", "1:6"),
        ("an escape sequence of a terminal", "id: \x1b[31mred", "1:5"),
        ("delete", "id: a\x7f", "1:6"),
        ("NEL, a line end of big machines", "id: a\x85b", "1:6"),
        ("a control of the second kind", "id: a\x9bb", "1:6"),
        ("a line separator", "id: x\u2028title: y", "1:6"),
        ("a paragraph separator", "id: x\u2029title: y", "1:6"),
        ("a byte order mark inside", "id: \ufeffx", "1:5"),
        ("two byte order marks", "\ufeff\ufeffid: x", "1:1"),
        ("text that turns around", "id: \u202ex", "1:5"),
        ("text that is set apart", "id: \u2066x", "1:5"),
        ("an Arabic direction mark", "id: \u061cx", "1:5"),
        ("a space of no width", "id: x\u200by", "1:6"),
        ("a joiner of no width", "id: x\u200dy", "1:6"),
        ("a soft hyphen", "id: x\u00ady", "1:6"),
        ("a word joiner", "id: x\u2060y", "1:6"),
        ("tag characters", "id: x\U000e0041", "1:6"),
        ("an annotation", "id: \ufff9x", "1:5"),
        ("no character at all", "id: \ufffe", "1:5"),
        ("the last no character", "id: \uffff", "1:5"),
        ("an unseen character in a comment", "id: x # \u202e\n", "1:9"),
        ("NUL by an escape", 'id: "a\\x00"', "1:5"),
        ("text that turns around by an escape", 'id: "a\\u202e"', "1:5"),
    ),
    ("PK001", "no longer used"): (
        ("carriage returns alone", "id: x\rtitle: y", "1:6"),
        ("a carriage return inside a line", "id: x\r y\n", "1:6"),
    ),
    ("PK001", "In double quotes `\\` starts a special sign"): (
        ("half a character by an escape", 'id: "\\ud800"', "1:8"),
        ("an escape that is none", 'id: "a\\qb"', "1:7"),
    ),
    ("PK001", "refers to another part"): (
        ("an anchor", "id: &x y", "1:5"),
        ("an anchor on a map", "roles: &x\n  a: b", "1:8"),
        ("an alias", "id: *x", "1:5"),
        ("an alias as a key", "*x : y", "1:1"),
        ("ten to the nine by aliases", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "1:4"),
        ("a list that holds itself", "a: &a [*a]", "1:4"),
    ),
    ("PK001", "`<<` (taking over another map) is not part of this language"): (
        ("a merge key", "a:\n  <<: {b: c}", "2:3"),
    ),
    ("PK001", "is a tag"): (
        ("a tag of YAML", "id: !!str x", "1:5"),
        ("a tag of one's own", "id: !x y", "1:5"),
        ("a tag that runs code", "id: !!python/object/apply:os.system [ls]", "1:5"),
        ("a tag by its address", "id: !<tag:yaml.org,2002:str> x", "1:5"),
        ("a tag without a name", "id: ! x", "1:5"),
    ),
    ("PK001", "A second document"): (
        ("two documents", "id: x\n---\nid: y", "2:1"),
        ("two documents, the first with a start", "---\nid: x\n---\nid: y", "3:1"),
    ),
    ("PK001", "The protocol ends before this point"): (
        ("an end, and more", "id: x\n...\nid: y", "3:1"),
    ),
    ("PK001", "starts with `%`"): (
        ("a version of YAML", "%YAML 1.1\n---\nid: x", "1:1"),
        ("a prefix for tags", "%TAG ! tag:x,1:\n---\nid: x", "1:1"),
        ("a directive of one's own", "%FOO\nid: x", "1:1"),
    ),
    ("PK001", "more than 40 deep"): (
        ("100,000 brackets", "[" * 100_000, "1:41"),
        ("100,000 maps in maps", "{a: " * 100_000, "1:161"),
        ("100,000 lists in lists", "- " * 100_000, "1:81"),
        ("indented 41 deep", "".join("  " * depth + "a:\n" for depth in range(60)), "41:81"),
    ),
    ("PK001", "A key must be a single word"): (
        ("100,000 keys of keys", "? " * 100_000, "1:3"),
        ("a map as a key", "{a: b}: c", "1:1"),
        ("a list as a key", "? [a, b]\n: c", "1:3"),
        ("a template", "a: {{ name }}", "1:5"),
    ),
    ("PK001", "longer than 64"): (
        ("a key of 65 letters", "a" * 65 + ": b", "1:1"),
        ("a key of 2,000 letters", "a" * 2_000 + ": b", "1:1"),
    ),
    ("PK001", "longer than 8,000"): (
        ("a key of 100,000 letters", "a" * 100_000 + ": b", "1:1"),
        ("a text of 9,000 letters", "id: " + "b" * 9_000, "1:5"),
        ("a block of 9,000 letters", "id: |\n" + "  bbbbbbbb\n" * 1_000, "1:5"),
        ("a million words", "id: " + "b " * 500_000, "1:5"),
    ),
    ("PK001", "larger than 2,000,000 bytes"): (
        ("more than two million bytes", b"#" * 2_000_001, "1:1"),
    ),
    ("PK001", "more than 200,000 parts"): (
        ("more parts than anybody writes", "- a\n" * 250_000, "199998:3"),
    ),
    ("PK001", "A key is missing"): (
        ("no key", ": x", "1:1"),
        ("no key in brackets", "{: x}", "1:2"),
        ("an empty key", '"": x', "1:1"),
    ),
    ("PK002", "a second time"): (
        ("the same key twice", "id: x\nid: y", "2:1"),
        ("the same key with and without quotes", 'id: x\n"id": y', "2:1"),
        ("the same key in two ways of writing its letters", "caf\u00e9: x\ncafe\u0301: y", "2:1"),
        ("the same key in brackets", "{a: b, c: d, a: e}", "1:14"),
    ),
    ("PK001", "indented with a tab"): (
        ("a tab before a key", "a:\n\tb: c", "2:1"),
        ("a tab on a later line", "a:\n  b: c\n\td: e", "3:1"),
        ("a tab behind spaces", "a:\n  b: c\n  \td: e", "3:3"),
    ),
    ("PK001", "never closed"): (
        ("a double quote that never ends", 'id: "x\ntitle: y\n', "1:5"),
        ("a single quote that never ends", "id: 'x\ntitle: y\n", "1:5"),
    ),
    ("PK001", "Nothing may follow a closing quote or bracket here"): (
        ("text behind a quote", 'id: "x" y', "1:9"),
        ("a bracket too many", "a: [b]]", "1:7"),
    ),
    ("PK001", "The bracket `[` is not closed where it should be"): (
        ("a bracket that never ends", "a: [b, c\nd: e", "1:4"),
    ),
    ("PK001", "The bracket `{` is not closed where it should be"): (
        ("a brace that never ends", "a: {b: c\nd: e", "1:4"),
    ),
    ("PK001", "A comma or a closing bracket is missing before this"): (
        ("the wrong bracket at the end", "a: [b}", "1:6"),
    ),
    ("PK001", "A value was expected here"): (
        ("two commas", "a: [b,,c]", "1:7"),
        ("a comma first", "a: ,b", "1:4"),
    ),
    ("PK001", "A colon followed by a space starts a value"): (
        ("two colons in a line", "a: b: c", "1:5"),
    ),
    ("PK001", "This line is read as part of the text above it"): (
        ("a key indented too far", "a: b\n  c: d", "2:3"),
    ),
    ("PK001", "There is no space after this colon"): (
        ("no space behind the colon", "a:b\nc: d", "1:2"),
        ("no space behind the second colon", "a: b\nc:d", "2:2"),
        ("no space between colon and bracket", "a: {b:{c: d}}", "1:6"),
    ),
    ("PK001", "There is a no-break space here"): (
        ("a no-break space before a key", "a:\n\u00a0 b: c", "2:1"),
        ("a narrow one before a value", "a: \u202fb", "1:4"),
    ),
    ("PK001", "This line does not line up with the lines above it"): (
        ("a key indented too little", "a:\n   b: c\n  d: e", "3:3"),
        ("a list that goes out of line", "a:\n  - b\n - c", "3:2"),
    ),
    ("PK001", "This line has no colon"): (
        ("a line without a colon", "a: b\nc\nd: e", "2:1"),
        ("the last line without a colon", "a: b\nc", "2:1"),
        ("a key behind a list", "a:\n- b\nc\n", "3:1"),
    ),
    ("PK001", "A list item `-` cannot stand here"): (
        ("a list on the line of its key", "a: - b", "1:4"),
    ),
    ("PK001", "A text cannot start with this character"): (
        ("an at sign", "a: @b", "1:4"),
        ("a percent sign", "a: %b", "1:4"),
        ("a backtick", "a: `b`", "1:4"),
        ("a template's command", "{% if x %}", "1:2"),
    ),
    ("PK001", "A text cannot start with `&`"): (
        ("an ampersand", "a: & b", "1:5"),
        ("a star", "a: * b", "1:5"),
    ),
    ("PK001", "Nothing may follow `|` or `>` on its line"): (
        ("text behind a block sign", "a: | b\n  c", "1:6"),
    ),
    ("PK003", "is not read as that text by many YAML tools"): (
        ("on as a key", "on: x", "1:1"),
        ("yes as a key", "yes: x", "1:1"),
        ("a time as a key", "17:00: x", "1:1"),
        ("a number with a zero as a key", "010: x", "1:1"),
        ("null as a key", "~: x", "1:1"),
    ),
}
"""By code and words of the message: what it is, the bytes or the text, line:column."""

ACCEPTED: tuple[tuple[str, str | bytes, object], ...] = (
    ("a byte order mark first", "\ufeffid: x", {"id": "x"}),
    ("bytes with a mark", b"\xef\xbb\xbfid: x", {"id": "x"}),
    ("lines of Windows", "id: x\r\ntitle: y\r\n", {"id": "x", "title": "y"}),
    ("a start and an end", "---\nid: x\n...\n", {"id": "x"}),
    (
        "words that are not truth",
        "a: [no, ON, yes, off, y, n]",
        {"a": ["no", "ON", "yes", "off", "y", "n"]},
    ),
    (
        "numbers that are texts",
        "a: [17:00, 010, 1e3, 0x1F, 1_000, .5]",
        {"a": ["17:00", "010", "1e3", "0x1F", "1_000", ".5"]},
    ),
    ("nothing in many ways", "a: [null, ~, '', Null]", {"a": ["null", "~", "", "Null"]}),
    ("true and false", "a: [true, True, false]", {"a": ["true", "True", "false"]}),
    ("a merge key in quotes", '"<<": x', {"<<": "x"}),
    ("a tab behind a colon", "a:\tb", {"a": "b"}),
    ("JSON", '{"a": "b", "c": [1, 2]}', {"a": "b", "c": ["1", "2"]}),
    ("a colon inside a word", "a: b:c", {"a": "b:c"}),
    ("a hash inside a word", "a: b#c # d", {"a": "b#c"}),
    ("a block", "a: |\n  b\n  c\nd: e", {"a": "b\nc\n", "d": "e"}),
    ("a folded text", "a: >-\n  b\n  c\nd: e", {"a": "b c", "d": "e"}),
    ("emoji and other scripts", "a: \u00e9\u4e2d\U0001f642", {"a": "é中🙂"}),
    ("a question mark key", "? a\n: b", {"a": "b"}),
    ("a trailing comma", "a: [b, c, ]", {"a": ["b", "c"]}),
)
"""What it is, the bytes or the text, what is read."""

SOON = 60.0
"""Seconds of work after which reading must have hung; how fast it is, benchmarks measure."""


@pytest.mark.parametrize(
    ("code", "words", "data", "place"),
    [
        pytest.param(*says, data, place, id=name)
        for says, rows in REFUSED.items()
        for name, data, place in rows
    ],
)
def test_it_is_refused_at_its_place(code: str, words: str, data: str | bytes, place: str) -> None:
    """One finding with line and column, without a hang, as text and as a protocol."""
    began = time.process_time()
    _, _, findings = parse(data, "file")
    reading = read_text(data)
    assert time.process_time() - began < SOON
    places = [one.place for one in findings]
    assert [place] == [f"{at.start.line}:{at.start.column}" for at in places if at]
    assert [code] == [one.code for one in findings]
    assert words in findings[0].message
    assert findings[0].help
    assert not reading.ok
    assert code in {one.code for one in reading.findings}


@pytest.mark.parametrize(
    ("data", "content"), [pytest.param(*row[1:], id=row[0]) for row in ACCEPTED]
)
def test_it_is_read_as_text(data: str | bytes, content: object) -> None:
    """Nothing is turned into another type: every value is the text that stands there."""
    tree, _, findings = parse(data, "file")
    assert "" == shown(tuple(findings))
    assert tree is not None
    assert content == plain_data(tree)


@pytest.mark.parametrize(
    "text",
    [
        *("no", "ON", "y", "Off", "True", "FALSE", "null", "~", "Null"),
        *("17:00", "8:30:00", "010", "08", "0x1F", "0o17", "1_000", "1e3", "1.5", "1.", ".5"),
        *("-.5", "+1.0", "1.5e3", ".inf", "-.INF", ".nan", "=", "<<"),
    ],
)
def test_tools_do_not_agree_on_it(text: str) -> None:
    """YAML 1.1 or 1.2 tools take it for a number, a truth value or nothing."""
    assert is_ambiguous(text)


@pytest.mark.parametrize(
    "text", ["true", "false", "24", "0", "-5", "2024-05-01", "one", "1 hour", "none", "v1.2"]
)
def test_tools_agree_on_it(text: str) -> None:
    """Every tool reads it as we do, or as the number that it looks like."""
    assert not is_ambiguous(text)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", " \n"])
def test_an_empty_file_says_so(text: str) -> None:
    """Nothing to read is a finding too."""
    (finding,) = read_text(text).findings
    assert ("PK005", "This file is empty.") == (finding.code, finding.message)


@pytest.mark.parametrize("text", ["hello", "- a\n- b\n", "<a>b</a>", "[1, 2]", "'id: x'"])
def test_a_file_that_is_no_map_says_so(text: str) -> None:
    """A list or a text is valid YAML and no protocol."""
    (finding,) = read_text(text).findings
    assert ("PK006", "A protocol is a map: `key: value` lines.") == (finding.code, finding.message)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(f"k{n}: v\n" for n in range(60_000)), id="unknown keys"),
        pytest.param("".join(f"k{n}: {{a: b}}\n" for n in range(40_000)), id="unknown sections"),
        pytest.param("roles:\n" + "  djo: {kind: judge}\n" * 30_000, id="one name"),
        pytest.param(
            "states:\n" + "".join(f"  state_{n}: {{waits_for: r{n}}}\n" for n in range(20_000)),
            id="undefined names",
        ),
        pytest.param(
            GOOD
            + "x-terms:\n"
            + "".join(f"  t{n}: a\n" for n in range(30_000))
            + "not_applicable: {"
            + ", ".join(f"K{n}: a" for n in range(30_000))
            + "}\n",
            id="wrong codes",
        ),
        pytest.param(
            GOOD.replace(
                "  is_child: age < 18\n",
                "  is_child: age < 18\n"
                + "".join(f"  t{n}: (age < {n}) and agee > 3\n" for n in range(20_000)),
            ),
            id="conditions",
        ),
        pytest.param(
            GOOD.replace("due: within 2 business days", "due: " + "at once, " * 800), id="a limit"
        ),
        pytest.param(
            GOOD.replace("{safe_now: whereabouts is safe}", "{safe_now: " + "(" * 400 + "}"),
            id="brackets of a condition",
        ),
    ],
)
def test_a_flood_of_faults_ends_soon(text: str) -> None:
    """However many faults: some are listed, the rest is counted, and nothing hangs."""
    began = time.process_time()
    reading = read_text(text)
    assert time.process_time() - began < SOON
    assert 0 < len(reading.findings) <= MAX_FINDINGS
    assert (len(reading.findings) == MAX_FINDINGS) == (
        "more faults are not listed" in reading.findings[-1].message
    )


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever the bytes, there are findings and no exception."""
    assert read_text(data).findings


@given(st.text(st.sampled_from("ab: -[]{}#'\"|>&*!%@`\n\t?,~<0"), max_size=60))
def test_no_punctuation_raises(text: str) -> None:
    """The signs of YAML in any order give findings with places inside the file."""
    for finding in read_text(text).findings:
        assert finding.place is not None
        assert 1 <= finding.place.start.line <= text.count("\n") + 1


@given(
    st.recursive(
        st.text("ab '\\\"\u00e9\n:", max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_what_json_writes_is_read_back(content: object) -> None:
    """JSON is YAML: keys, texts and lists come back as they were."""
    tree, _, findings = parse(json.dumps(content), "file")
    assert [] == findings
    assert tree is not None
    assert content == plain_data(tree)
