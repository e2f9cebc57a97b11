"""The page on migrations: its files, and the commands that it shows with what they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from protocolkit.ground.record import Record
from tests.docs.saying import DOCS

PAGE = DOCS / "reference" / "migrations.md"
FIRST = DOCS.parent / "protocols" / "recommended.yaml"


class Shown(Record):
    """A command of the page and what it prints, or the end of that after three dots."""

    words: tuple[str, ...]
    says: str


def blocks(text: str, kind: str) -> list[str]:
    """The blocks of a kind, in the order of the page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def shown(block: str) -> Iterator[Shown]:
    """The commands of a block."""
    for part in re.split(r"^\$ protocolkit ", block, flags=re.MULTILINE)[1:]:
        command, _, says = part.partition("\n")
        yield Shown(words=tuple(shlex.split(command)), says=says)


def changed(text: str, diff: str) -> str:
    """A text with the changes of a diff, each of which begins with the line to replace."""
    for change in re.findall(r"^-(.*)\n((?:\+.*\n)+)", diff, re.MULTILINE):
        old, new = change[0] + "\n", "".join(line[1:] for line in change[1].splitlines(True))
        assert 1 == text.count("\n" + old), old
        text = text.replace("\n" + old, "\n" + new)
    return text.replace("division_manager", "division_lead")


def write_files(folder: Path, page: str) -> list[str]:
    """The two texts of the county and the plan; the lines that the plan gets later."""
    first = FIRST.read_text(encoding="utf-8")
    (folder / "county-1.yaml").write_text(first, encoding="utf-8")
    (diff,) = blocks(page, "diff")
    (folder / "county-2.yaml").write_text(changed(first, diff), encoding="utf-8")
    plan, *later = blocks(page, "yaml")
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    return later
