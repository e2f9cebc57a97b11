"""The page "How do I say ...?" taken apart: its head, its entries, their files and stories.

The stories stand in `how_do_i_say.scenarios.yaml`, each with the entry whose rules it acts out.
"""

from __future__ import annotations

import re
from pathlib import Path

from protocolkit.ground.record import Record

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "how-do-i-say.md"
STORIES = Path(__file__).with_name("how_do_i_say.scenarios.yaml")

BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (\S+\.yaml)\n")


class Entry(Record):
    """One entry: its theme, its heading, its files by name, and what it says."""

    theme: str
    heading: str
    files: dict[str, str]
    prose: str

    @property
    def name(self) -> str:
        """The heading as a name: the folder of its files, the beginning of its stories' names."""
        return re.sub(r"[^a-z0-9]+", "_", self.heading.lower()).strip("_")


def anchor(heading: str) -> str:
    """Where a link to a heading leads, as on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def head(page: str) -> tuple[str, str]:
    """What stands above every example, and the states of those that have none."""
    first, states = BLOCK.findall(page.partition("\n## ")[0])
    return first, states


def entries(page: str) -> list[Entry]:
    """Every entry of the page, in its order, with its whole files."""
    found = []
    for section in page.split("\n## ")[1:]:
        theme, _, rest = section.partition("\n")
        for part in rest.split("\n### ")[1:]:
            heading, _, body = part.partition("\n")
            files = dict(_file(block, page) for block in BLOCK.findall(body))
            prose = BLOCK.sub("", body).strip()
            found.append(Entry(theme=theme, heading=heading, files=files, prose=prose))
    return found


def _file(block: str, page: str) -> tuple[str, str]:
    """The name of a block's file and its text: under the head, unless it is a file by itself."""
    named = NAMED.match(block)
    name = named.group(1) if named else "county.yaml"
    if "protocolkit:" in block:
        return name, block
    above, states = head(page)
    has_states = re.search(r"^(states|strands):", block, re.MULTILINE)
    return name, above + block + ("" if has_states else states)


def write(entry: Entry, folder: Path) -> None:
    """Put the files of an entry into a folder of its own."""
    here = folder / entry.name
    here.mkdir()
    for name, text in entry.files.items():
        here.joinpath(name).write_text(text, encoding="utf-8")
