"""A protocol from a file, for the commands that need a whole one.

Imports the checks' report and the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from protocolkit.checks import report_text
from protocolkit.cli.screen import Screen
from protocolkit.ground.errors import ProtocolError
from protocolkit.ground.findings import Finding
from protocolkit.language.reading import Reading, read_file


def whole(path: str) -> Reading:
    """What a file says, without an error.

    Raises: ProtocolError: it has errors. OSError: it cannot be opened.
    """
    reading = read_file(path)
    if not reading.ok:
        raise ProtocolError(reading.findings)
    return reading


def show_errors(findings: Iterable[Finding], screen: Screen) -> None:
    """Show why files cannot be used, as `protocolkit check` would."""
    errors = [one for one in findings if one.severity == "error"]
    files = dict.fromkeys(one.place.file for one in errors if one.place)
    texts = {file: read_file(file).texts[file] for file in files if Path(file).is_file()}
    screen.show(report_text.render(errors, texts, color=screen.color, width=screen.width))
