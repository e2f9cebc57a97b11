"""The one layout: what a file means and says in comments stays, and doing it twice is once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from protocolkit.language.layout import comments, formatted, meaning
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree

ROOT = Path(__file__).parents[2]
EXAMPLES = settings().max_examples * 3 // 10
FILES = sorted(path for path in ROOT.rglob("*.yaml") if ".git" not in path.parts)
BUNDLED = [path.read_text(encoding="utf-8") for path in (ROOT / "protocols").rglob("*.yaml")]


def laid_out(text: str) -> str:
    """A text in the one layout; it must be readable."""
    found = formatted(text)
    assert () == found.findings
    return found.text


# -- laws ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_means_and_finds_the_same(path: Path) -> None:
    """Protocol, digest and findings are those of before; the second time nothing changes."""
    data = path.read_bytes()
    found = formatted(data, str(path))
    if found.findings:
        assert data.decode() == found.text
        return
    before, after = (read_text(one, str(path), path.parent) for one in (data, found.text))
    assert before.protocol == after.protocol
    assert _said(before) == _said(after)
    assert found.text == formatted(found.text, str(path)).text


def _said(reading: object) -> list[tuple[object, ...]]:
    findings = getattr(reading, "findings")  # noqa: B009
    return sorted((one.code, one.message, one.path) for one in findings)


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_comments_anywhere_are_kept(data: st.DataObject) -> None:
    """Wherever comments and blank lines are put in, each is kept, and so is the meaning."""
    text = data.draw(st.sampled_from(BUNDLED))
    lines = text.split("\n")
    for number in data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=12)):
        indent = " " * data.draw(st.integers(0, 12))
        new = data.draw(
            st.sampled_from((f"{lines[number]}  # c{number}", f"{indent}# c{number}", ""))
        )
        lines[number] = new if new.startswith(lines[number]) else f"{new}\n{lines[number]}"
    changed = "\n".join(lines)
    before, _, findings = parse(changed, "before")
    assume(before is not None and not findings)
    assert before is not None
    found = formatted(changed)
    after, _, _ = parse(found.text, "after")
    assert after is not None
    assert meaning(before) == meaning(after)
    assert comments(before, changed) == comments(after, found.text)
    assert found.text == formatted(found.text).text


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_comments_stay_with_their_neighbour(data: st.DataObject) -> None:
    """A comment above a part stays above it, a comment behind a part stays behind it."""
    text = data.draw(st.sampled_from(BUNDLED))
    lines = text.split("\n")
    tree, _, _ = parse(text, "before")
    assert tree is not None
    units = list(_units(tree, ()))
    above: list[tuple[object, ...]] = []
    behind: list[tuple[object, ...]] = []
    inserted: dict[int, str] = {}
    for number in data.draw(st.lists(st.integers(0, len(units) - 1), max_size=8, unique=True)):
        path, start, value = units[number]
        line = lines[start[0] - 1]
        if data.draw(st.booleans()):
            if not line[: start[1] - 1].strip(" -") and start[0] not in inserted:
                inserted[start[0]] = line[: len(line) - len(line.lstrip())] + f"# a{len(above)}"
                above.append(path)
        elif _is_open(value, lines) and _ends_line(value, lines):
            lines[value.end_line - 1] += f"  # b{len(behind)}"
            behind.append(path)
    for number in sorted(inserted, reverse=True):
        lines.insert(number - 1, inserted[number])
    found = laid_out("\n".join(lines))
    shown = found.split("\n")
    after, _, _ = parse(found, "after")
    assert after is not None
    places = {path: (start, value) for path, start, value in _units(after, ())}
    for count, path in enumerate(above):
        place = next(n for n, one in enumerate(shown, 1) if one.strip() == f"# a{count}")
        below = next(n for n in range(place + 1, len(shown)) if not _is_beside(shown[n - 1]))
        assert places[path][0][0] == below
    for count, path in enumerate(behind):
        place = next(n for n, one in enumerate(shown, 1) if one.endswith(f"# b{count}"))
        start, value = places[path]
        assert place in (start[0], value.end_line)


def _is_beside(line: str) -> bool:
    return not line.strip() or line.strip().startswith("#")


def _is_open(value: Tree, lines: list[str]) -> bool:
    """Whether a comment behind a value is its own: not of the last part in a block."""
    sign = lines[value.line - 1][value.column - 1 : value.column]
    return sign not in ("|", ">") if isinstance(value, Scalar) else sign in ("[", "{")


def _ends_line(value: Tree, lines: list[str]) -> bool:
    """Whether nothing stands behind a value in its last line."""
    return lines[value.end_line - 1][value.end_column - 1 :].strip() in ("", ",")


def _units(
    tree: Tree, path: tuple[object, ...]
) -> Iterator[tuple[tuple[object, ...], tuple[int, int], Tree]]:
    """Every entry and item with its path, where it starts, and its value."""
    parts: list[tuple[object, Entry | Tree]] = []
    if isinstance(tree, Map):
        parts.extend(tree.entries.items())
    elif isinstance(tree, Sequence):
        parts.extend(enumerate(tree.items))
    for name, part in parts:
        first = part.key if isinstance(part, Entry) else part
        value = part.value if isinstance(part, Entry) else part
        yield (*path, name), (first.line, first.column), value
        yield from _units(value, (*path, name))


# -- the layout ------------------------------------------------------------------------


LAYOUTS = {
    "indentation": ("a:\n    b:\n        - 1\n        -   c: 2\n            d: 3\n", """\
        a:
          b:
            - 1
            - c: 2
              d: 3
        """),
    "a list that is not indented": ("a:\n- b\n- c\n", "a:\n  - b\n  - c\n"),
    "brackets that fit": (
        "a: { b: 1,c: [x,\n  y] , d: {} }\n",
        "a: {b: 1, c: [x, y], d: {}}\n",
    ),
    "brackets that do not fit": (
        "a: {b: " + "x" * 60 + ", c: [" + "y" * 30 + ", z]}\n",
        "a:\n  b: " + "x" * 60 + "\n  c: [" + "y" * 30 + ", z]\n",
    ),
    "an item that does not fit": (
        "s: \n- {do: " + "x" * 60 + ", by: " + "y" * 40 + "}\n",
        "s:\n  - do: " + "x" * 60 + "\n    by: " + "y" * 40 + "\n",
    ),
    "a comment opens brackets": (
        "a: {b: 1,  # one\n  c: 2}  # both\n",
        "a:  # both\n  b: 1  # one\n  c: 2\n",
    ),
    "a comment before a bracket closes": ("a: [\n  b,\n  # last\n]\n", "a:\n  - b\n  # last\n"),
    "a comment behind an item": (
        "s:\n  - {b: " + "x" * 95 + "}  # c\n",
        "s:\n  - b: " + "x" * 95 + "  # c\n",
    ),
    "a comment that is aligned": (
        "a: 1      # one\nbc: 2     # two\nd: 3 # three\n",
        "a: 1      # one\nbc: 2     # two\nd: 3  # three\n",
    ),
    "comments between": (
        "a:\n    b: 1\n    # foot of a\n# above c\nc: 2\n# foot of all\n",
        "a:\n  b: 1\n  # foot of a\n# above c\nc: 2\n# foot of all\n",
    ),
    "a comment behind a key": ("a:    # here\n    b: 1\n", "a:    # here\n  b: 1\n"),
    "a comment between key and value": ("a:\n  # why\n  b\n", "# why\na: b\n"),
    "a comment behind a dash": ("s:\n-  # why\n  a: 1\n", "s:\n  # why\n  - a: 1\n"),
    "blank lines": ("\n\na: 1\n\n\n\nb:\n\n  c: 2\n\n\n", "a: 1\n\nb:\n  c: 2\n"),
    "a head": ("# file\n\n\n# first\na: 1\n", "# file\n\n# first\na: 1\n"),
    "quotes without need": (
        "a: \"some text\"\nb: 'it''s fine'\n\"c\": ['d, e', 'f']\n",
        "a: some text\nb: it's fine\nc: [\"d, e\", f]\n",
    ),
    "quotes that are needed": (
        'a: "1"\nb: "true"\nc: "no"\nd: "§3.1"\ne: ""\nf: \'say "x"\'\ng: "x: y"\nh: "17:00"\n',
        'a: "1"\nb: "true"\nc: "no"\nd: "§3.1"\ne: ""\nf: \'say "x"\'\ng: "x: y"\nh: "17:00"\n',
    ),
    "nothing": ("a:\nb: {c: , d: 1}\ne: {}\nf: []\n", "a:\nb: {c: , d: 1}\ne: {}\nf: []\n"),
    "a long text": (
        "a: " + "word " * 25 + "end\n",
        "a: " + ("word " * 19).strip() + "\n  " + "word " * 6 + "end\n",
    ),
    "a text over lines": ("a: one\n     two\n\n     three\n", "a: one\n  two\n\n  three\n"),
    "a block of text": (
        "a: |-  # as it is\n     one\n       two\n\n     three\nb: >\n  x\n  y\n",
        "a: |-  # as it is\n  one\n    two\n\n  three\nb: >\n  x\n  y\n",
    ),
    "a block with its indentation told": ("a:\n    b: |4\n         x\n", "a:\n  b: |2\n     x\n"),
    "a block that keeps its end": ("a: |+\n  x\n\nb: 1\n", "a: |+\n  x\n\nb: 1\n"),
    "line ends and marks": ("\ufeff--- # top\r\na:  1\r\n...\r\n", "# top\na: 1\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout(name: str) -> None:
    """What each kind of text looks like afterwards."""
    before, after = LAYOUTS[name]
    assert dedent(after) == laid_out(before)
