"""Stories kept as files of scenarios, so that anybody can act them out.

Imports the writing of scenarios.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from protocolkit.cli.files import SCENARIOS, beside
from protocolkit.cli.verify.judging import Judged
from protocolkit.proofs import Result
from protocolkit.scenarios.stories import scenarios_text


def keep(found: Collection[Judged], folder: Path) -> list[Path]:
    """Write each story of what can be broken into a file of its own; the folder is made.

    The names tell the question and what it is about; of several protocols, also which. Raises:
    OSError: it cannot be written.
    """
    written: list[Path] = []
    for judged in found:
        before = f"{judged.protocol.id}-" if len(found) > 1 else ""
        for result in judged.proof.violated:
            if result.story is None:
                continue
            name = _name(result)
            path = folder / f"{before}{name.replace('_', '-')}{SCENARIOS[0]}"
            while path in written:
                path = path.with_name(f"more-{path.name}")
            folder.mkdir(parents=True, exist_ok=True)
            text = scenarios_text(
                {name: result.story},
                judged.protocol,
                beside(folder, judged.file),
                {name: f"{result.about}: {result.why}" if result.about else result.why},
            )
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def _name(result: Result) -> str:
    """A name of small letters, digits and _, as scenarios have them."""
    return re.sub(r"[^a-z0-9]+", "_", f"{result.question} {result.about}".lower()).strip("_")
