"""`protocolkit check --gaps`: what a protocol leaves open, for a meeting that can settle it.

As text, as Markdown to write into, and as a page to print; each is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from protocolkit.checks._base import Subject
from protocolkit.checks.gaps import gaps
from protocolkit.cli.gaps.sheet import Sheet
from protocolkit.cli.screen import Screen
from protocolkit.language.reading import Reading
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor


def tell(
    readings: Collection[Reading],
    people: Sequence[Actor] | None,
    format: str,
    screen: Screen,
    *,
    strictly: bool = False,
) -> bool:
    """The gaps of every protocol that could be read, in the form that is asked for.

    Shape: whether something is not as it must be: a file has errors or, with `strictly`, a
    question is open.
    """
    sheets = [_sheet(one, one.protocol, people) for one in readings if one.protocol is not None]
    for one in readings:
        if not one.ok:
            screen.note(f"{one.file}: this has errors; `protocolkit check` without --gaps tells.")
    if format == "html":
        from protocolkit.cli.gaps.html import page

        screen.show(page(sheets))
    elif format == "markdown":
        from protocolkit.cli.gaps.text import markdown

        screen.show(markdown(sheets))
    else:
        from protocolkit.cli.gaps.text import text

        screen.say(text(sheets, screen.width))
    return not all(one.ok for one in readings) or (strictly and any(sheet.open for sheet in sheets))


def _sheet(reading: Reading, protocol: Protocol, people: Sequence[Actor] | None) -> Sheet:
    listed = None if people is None else tuple(people)
    subject = Subject(protocol, reading.parameters_used, people=listed)
    return Sheet(
        title=protocol.name,
        jurisdiction=protocol.jurisdiction,
        version=protocol.version,
        gaps=gaps(reading.places, subject),
    )
