"""What the doctor found, for who looks at it in the morning: first what must be put right.

Imports the words of time.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime

from protocolkit.cli.doctor.looking import Health, Remark, ago, counted, seen
from protocolkit.cli.times import Times
from protocolkit.store.base import Worker

_TIMES = "UTC"
_SHOWN = 5
"""How many workers are shown."""


def lines(found: Health, width: int) -> Iterator[str]:
    """Everything, in lines."""
    wrong = [one for one in found.remarks if one.weight == "wrong"]
    advice = [one for one in found.remarks if one.weight != "wrong"]
    if wrong:
        yield f"{counted(len(wrong), 'thing').capitalize()} must be put right:"
        yield from _remarks(wrong, width)
    else:
        yield "All is well."
    if advice:
        yield "Good to know:"
        yield from _remarks(advice, width)
    yield "What was looked at:"
    for label, text in _rows(found):
        yield textwrap.fill(
            text,
            width,
            initial_indent=f"  {label:<10}",
            subsequent_indent=" " * 12,
            break_on_hyphens=False,
            break_long_words=False,
        )


def clocks(now: datetime, database: datetime | None) -> Iterator[str]:
    """What the clocks show."""
    yield f"This machine: {_at(now)}"
    if database is not None:
        yield f"The database: {_at(database)}"


def _remarks(remarks: Sequence[Remark], width: int) -> Iterator[str]:
    for number, one in enumerate(remarks, 1):
        for text, before in ((one.says, f"  {number}. "), (f"Do: {one.do}", "     ")):
            yield textwrap.fill(
                text,
                width,
                initial_indent=before,
                subsequent_indent="     ",
                break_on_hyphens=False,
                break_long_words=False,
            )


def _rows(found: Health) -> Iterator[tuple[str, str]]:
    figures, software = found.figures, found.software
    yield "store", found.store + (f", tables of version {found.tables}" if found.tables else "")
    yield (
        "holds",
        f"{counted(figures.cases, 'case')}, {figures.open} of them open; "
        f"{counted(figures.events, 'event')}",
    )
    yield "time", _behind(found, figures.due, figures.due_since, "case", "not brought to now")
    yield "notices", _behind(found, figures.unsent, figures.unsent_since, "notice", "not sent yet")
    for one in found.workers[:_SHOWN]:
        yield "worker", _worker(found, one)
    if not found.workers:
        yield "worker", "none is known"
    yield "clock", _clock(found)
    yield "backup", _backup(found)
    if found.free is not None and found.size is not None:
        yield "disk", f"{_megabytes(found.free)} free; the store takes {_megabytes(found.size)}"
    if found.settings:
        yield "settings", ", ".join(f"{name} {value}" for name, value in found.settings.items())
    parts = [
        f"protocolkit {software.protocolkit}",
        f"Python {software.python}",
        f"SQLite {software.sqlite}" if software.sqlite else "",
        f"PostgreSQL {software.server}" if software.server else "",
        f"psycopg {software.psycopg}" if software.psycopg else "",
        f"tzdata {software.tzdata}" if software.tzdata else "tzdata of the system",
        f"apprise {software.apprise}" if software.apprise else "no apprise",
    ]
    yield "software", ", ".join(filter(None, parts))
    yield "figures", _figures(software.layout, software.font)


def _behind(found: Health, number: int, since: datetime | None, what: str, as_they: str) -> str:
    if since is None:
        return "nothing waits"
    return f"{counted(number, what)} {as_they}, the first for {ago(found.at - since)}"


def _worker(found: Health, one: Worker) -> str:
    said = f"{one.id}, release {one.release}, seen {seen(found.at, one.beat_at)}"
    return f"{said}, stopped" if one.stopped_at else said


def _clock(found: Health) -> str:
    text = _at(found.at)
    if found.database_clock is not None:
        text += f"; that of the database {_at(found.database_clock)}"
    return f"{text}; workers HOLD" if found.held else text


def _backup(found: Health) -> str:
    if found.backup_at is None:
        return "none is known"
    return f"{ago(found.at - found.backup_at)} ago ({_at(found.backup_at)}): {found.backup}"


def _figures(layout: str, font: str | None) -> str:
    known = {None: "fonts cannot be told", "": "no font that fits"}.get(font, font)
    return f"{layout or 'no layout engine'}, {known}"


def _megabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1_000_000_000 else f"{count / 1e6:.1f} MB"


def _at(instant: datetime) -> str:
    return Times(_TIMES).show(instant)
