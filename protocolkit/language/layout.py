"""One layout for YAML texts: two spaces a level, brackets kept where they fit on a line.

What a text means and says in comments is never touched: `formatted` reads what it wrote and
compares. Imports the reader of texts, the remarks and the order of keys.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.ground.findings import Finding, Place, Position
from protocolkit.ground.record import Record
from protocolkit.language.arrange import Form, arrange, form_of
from protocolkit.language.remarks import Branch, Remark, Remarked, Unit, indent_of
from protocolkit.language.signs import pasted
from protocolkit.language.text import fault, is_ambiguous, parse
from protocolkit.language.tree import Map, Scalar, Tree

WIDTH = 100
STEP = 2
GAP = "  "
"""What stands between a line and the comment behind it, at least."""

_UNQUOTED = re.compile(r"(?:[^\W\d_]|[0-9]+ [a-z])[\w '/().,;!?%+*&-]*(?<! )")
_BREAKS = re.compile(r"[\w(\"'§<>=]")
"""How a word may begin that stands first in a line of a text over several lines."""


class Formatted(Record):
    """A text in the one layout, beside the text as it was.

    With `findings` it could not be read; then `text` is what it was. `form` is what the file
    is, "" if nothing of ours.
    """

    before: str
    text: str
    form: Form = ""
    findings: tuple[Finding, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the layout is another one."""
        return self.text != self.before


def formatted(data: bytes | str, file: str = "<text>") -> Formatted:
    """A protocol, a roster or a file of scenarios in the one layout.

    Never raises on bad content: it gives the findings that a check begins with.
    """
    before = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    tree, text, findings = parse(data, file)
    if not isinstance(tree, Map) and not findings:
        start = Position(line=1, column=1)
        place = tree.place if tree else Place(file=file, start=start, end=start)
        said = "This file is no map: `key: value` lines." if tree else "This file is empty."
        findings = [fault("PK006" if tree else "PK005", said, place)]
    if not isinstance(tree, Map) or findings:
        return Formatted(before=before, text=before, findings=tuple(findings))
    form = form_of(tree)
    remarked = Remarked(tree, text)
    arrange(remarked.root, form)
    after = _Writer(remarked).text()
    _must_say_the_same(tree, text, after, file)
    return Formatted(before=before, text=after, form=form)


def comments(tree: Tree, text: str) -> list[str]:
    """Every comment of a text, sorted."""
    return sorted(one.text for one in Remarked(tree, text).remarks) if isinstance(tree, Map) else []


def meaning(tree: Tree) -> object:
    """What a tree says, whatever its keys' order: texts, and which of them might be read as
    something else than a text.
    """
    if isinstance(tree, Scalar):
        looks_typed = tree.plain and (not tree.text or is_ambiguous(tree.text))
        is_typed = tree.plain and (tree.text in ("true", "false") or tree.text.isdecimal())
        return tree.text, looks_typed, is_typed
    if isinstance(tree, Map):
        return {key: meaning(entry.value) for key, entry in tree.entries.items()}
    return [meaning(item) for item in tree.items]


def _must_say_the_same(tree: Map, text: str, after: str, file: str) -> None:
    """Raises: ProtocolkitError: the layout would change what a text says; a fault of ours."""
    again, _, findings = parse(after, file)
    same = again is not None and not findings and meaning(again) == meaning(tree)
    if not same or again is None or comments(again, after) != comments(tree, text):
        raise ProtocolkitError(
            f"{file} cannot be laid out without changing what it says, so it is left as it is. "
            "That is a fault of protocolkit, not yours; please report it."
        )


class _Writer:
    """Writes a text anew. Every method gives lines, or None where something does not fit."""

    def __init__(self, remarked: Remarked) -> None:
        self.remarked = remarked

    def text(self) -> str:
        """The whole text."""
        root = self.remarked.root
        lines = self.remarks(self.remarked.head, 0)
        lines += self.branch(root, 0) if root.units else ["{}", *self.remarks(root.feet, 0)]
        first = next((place for place, line in enumerate(lines) if line), 0)
        return "\n".join(lines[first:]) + "\n"

    def remarks(self, remarks: list[Remark], indent: int) -> list[str]:
        """Comments on lines of their own."""
        found: list[str] = []
        for remark in remarks:
            found += [""] if remark.blank else []
            found.append(" " * indent + remark.text)
        return found

    # -- maps and lists ----------------------------------------------------------------

    def branch(self, branch: Branch, indent: int) -> list[str]:
        """A map or list as a block. Its first line is never blank, unless it is the whole."""
        found: list[str] = []
        for unit in branch.units:
            lines = self.unit(unit, indent)
            while branch is not self.remarked.root and not found and not lines[0]:
                del lines[0]
            found += lines
        return found + self.remarks(branch.feet, indent)

    def unit(self, unit: Unit, indent: int) -> list[str]:
        """An entry or item, with its comments."""
        if unit.key is None:
            body, place = self.item(unit, indent)
        else:
            prefix = f"{' ' * indent}{self.line_of(unit.key)}:"
            body, place = self.value(unit, prefix, indent)
        if unit.trail is not None:
            body[place] = _beside(body[place], unit.trail)
        return [*self.remarks(unit.leads, indent), *([""] if unit.blank else []), *body]

    def value(self, unit: Unit, prefix: str, indent: int) -> tuple[list[str], int]:
        """A value behind what introduces it, and the line to which a comment belongs."""
        value = unit.value
        if isinstance(value, Scalar):
            lines = self.scalar(value, prefix, indent + STEP, unit)
            return lines, 0 if self.remarked.is_block_text(value) else len(lines) - 1
        short = self.flow(value)
        if short is not None and len(prefix) + 1 + len(short) <= WIDTH:
            return [f"{prefix} {short}"], 0
        return [prefix, *self.branch(value, indent + STEP)], 0

    def item(self, unit: Unit, indent: int) -> tuple[list[str], int]:
        """An item: a block begins in the line of its dash, so comments above it move up."""
        prefix = f"{' ' * indent}-"
        value = unit.value
        if isinstance(value, Scalar) or not value.units:
            return self.value(unit, prefix, indent)
        short = self.flow(value)
        if short is not None and len(prefix) + 1 + len(short) <= WIDTH:
            return [f"{prefix} {short}"], 0
        first = value.units[0]
        if unit.trail is not None:
            if first.trail is None:
                first.trail = unit.trail
            else:
                unit.leads.append(unit.trail)
            unit.trail = None
        body = self.branch(value, indent + STEP)
        led = 0
        while body[led].lstrip().startswith("#") or not body[led]:
            led += 1
        above = [line and " " * indent + line.lstrip() for line in body[:led]]
        return [*above, f"{prefix} {body[led].lstrip()}", *body[led + 1 :]], led

    def flow(self, branch: Branch) -> str | None:
        """A map or list in brackets on one line, if it was in brackets and can be."""
        if branch.units and (not branch.flow or branch.is_remarked):
            return None
        is_map = isinstance(branch.node, Map)
        parts: list[str] = []
        for unit in branch.units:
            value = unit.value
            said = self.line(value, True) if isinstance(value, Scalar) else self.flow(value)
            if said is None:
                return None
            parts.append(f"{self.line_of(unit.key, True)}: {said}" if unit.key else said)
        inside = ", ".join(parts)
        return f"{{{inside}}}" if is_map else f"[{inside}]"

    # -- texts -------------------------------------------------------------------------

    def line_of(self, key: Scalar, in_flow: bool = False) -> str:
        """A key, which always stands on one line."""
        if _needs_no_quotes(key.text, in_flow):
            return key.text
        said = self.line(key, in_flow) if key.line == key.end_line else None
        return said or json.dumps(key.text, ensure_ascii=False)

    def line(self, node: Scalar, in_flow: bool = False) -> str | None:
        """A text on one line, in quotes only if they are needed."""
        text = node.text
        if node.plain:
            return None if "\n" in text else text
        if _needs_no_quotes(text, in_flow):
            return text
        raw = self.remarked.source(node)
        simple = not set(text) & set('"\\\n')
        if raw[0][0] in "|>" or (len(raw) > 1 and "\n" in text):
            return None
        if raw[0][0] == "'" and not simple:
            return "'" + text.replace("'", "''") + "'"
        if len(raw) == 1 and raw[0][0] == '"':
            return raw[0]
        return json.dumps(text, ensure_ascii=False)

    def scalar(self, node: Scalar, prefix: str, indent: int, unit: Unit) -> list[str]:
        """A text behind what introduces it, over several lines if it is long."""
        if node.plain and not node.text:
            return [prefix]
        if self.remarked.is_block_text(node) and not node.text.strip():
            return [f"{prefix} {json.dumps(node.text)}"]
        if self.remarked.is_block_text(node):
            return self.block_text(node, prefix, indent, unit)
        lines = [line.strip() for line in self.remarked.source(node)]
        short = self.line(node)
        if len(lines) > 1:
            if not node.plain and _needs_no_quotes(node.text, False):
                if any("\\" in line for line in lines):
                    return _folded(prefix, node.text, indent)
                single = lines[0][0] == "'"
                lines[0], lines[-1] = lines[0][1:], lines[-1][:-1]
                lines = [line.replace("''", "'") if single else line for line in lines]
            pad = " " * indent
            kept = [f"{prefix} {lines[0]}", *(line and pad + line for line in lines[1:])]
            if short is None or all(len(line) <= WIDTH for line in kept):
                return kept
        assert short is not None
        return _folded(prefix, short, indent)

    def block_text(self, node: Scalar, prefix: str, indent: int, unit: Unit) -> list[str]:
        """A text below `|` or `>`, its lines as they are."""
        lines = self.remarked.source(node)
        marks = lines[0].partition("#")[0].strip()
        chomps = "".join(mark for mark in marks if mark in "+-")
        if not node.text.endswith("\n"):
            chomps = "-"  # said, or the file ends with the text
        digits = "".join(mark for mark in marks if mark.isdigit())
        rows = lines[1:]
        if digits:
            depth = unit.start[1] - 1 + int(digits)
        else:
            depth = min((_indent(row) for row in rows if row.strip()), default=0)
        rows = [row[depth:] for row in rows]
        if rows and not rows[-1]:
            rows.pop()  # what stands before the next part
        while rows and not rows[-1] and chomps != "+":
            rows.pop()
        shown = [row and " " * indent + row for row in rows]
        return [f"{prefix} {marks[0]}{STEP if digits else ''}{chomps}", *shown]


def _needs_no_quotes(text: str, in_flow: bool) -> bool:
    """Whether everybody who reads YAML takes a text without quotes for the same text."""
    return (
        _UNQUOTED.fullmatch(text) is not None
        and not (in_flow and "," in text)
        and text not in ("true", "false")
        and not is_ambiguous(text)
        and pasted(text) is None
    )


def _folded(prefix: str, text: str, indent: int) -> list[str]:
    """A text in lines that are not too long, as far as its words allow."""
    words = text.split(" ")
    lines = [f"{prefix} {words[0]}"]
    if "" in words:  # a line may not be broken where two spaces stand
        return [f"{prefix} {text}"]
    quoted = text[0] in "\"'"
    for before, word in pairwise(words):
        can_break = not before.endswith("\\") if quoted else _BREAKS.match(word)
        if len(lines[-1]) + 1 + len(word) > WIDTH and can_break:
            lines.append(" " * indent + word)
        else:
            lines[-1] += f" {word}"
    return lines


def _beside(line: str, remark: Remark) -> str:
    """A line with the comment behind it, as far behind as it was if the line is as it was."""
    room = remark.column - 1 - remark.indent + indent_of(line) - len(line)
    is_as_it_was = remark.before == line.strip(" -")
    return line + " " * (room if room >= len(GAP) and is_as_it_was else len(GAP)) + remark.text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
