"""What the doctor finds: versions, settings, workers, lag, clocks, room, the last backup.

Every remark says what is not as it should be and what to do. Imports the store's interface.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import protocolkit
from protocolkit.cli.address import FILE
from protocolkit.diagrams import layout
from protocolkit.diagrams.fonts import font
from protocolkit.ground.record import Record
from protocolkit.semantics.changes import instant_from
from protocolkit.store.backup import MARK as BACKUP
from protocolkit.store.base import Figures, Store, Worker
from protocolkit.workers.guard import MARK

_FIXED = (3, 51, 3)
_FIXED_EARLIER: Mapping[tuple[int, ...], int] = {(3, 44): 6, (3, 50): 7}
"""From which SQLite on, and from which patch of older ones, a checkpoint can lose no write:
https://sqlite.org/wal.html#walresetbug
"""

_WANTED: Mapping[str, tuple[str, ...]] = {
    "journal_mode": ("wal",),
    "synchronous": ("2",),
    "secure_delete": ("1",),
    "foreign_keys": ("1",),
    "synchronous_commit": ("on", "remote_apply"),
    "fsync": ("on",),
    "full_page_writes": ("on",),
}
"""What the settings must be, of those that the promises rest on."""

_CLOCKS_APART = timedelta(seconds=5)
_OLD = timedelta(days=7)
_LITTLE = 200_000_000


class Remark(Record):
    """Something to know: `wrong` must be put right, `advice` may wait."""

    name: str
    weight: Literal["wrong", "advice"]
    says: str
    do: str


class Software(Record):
    """What is at work here; empty if it is not there. `font` None: nobody can tell."""

    protocolkit: str
    python: str
    sqlite: str = ""
    psycopg: str = ""
    server: str = ""
    tzdata: str
    apprise: str
    layout: str
    font: str | None


class Health(Record):
    """Everything that was found, as of one instant."""

    at: datetime
    store: str
    tables: int | None
    settings: Mapping[str, str | int]
    software: Software
    figures: Figures
    workers: tuple[Worker, ...]
    held: str
    """Why workers hold because of a clock; empty if they do not."""
    database_clock: datetime | None
    free: int | None
    size: int | None
    backup_at: datetime | None
    backup: str
    remarks: tuple[Remark, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing must be put right."""
        return all(one.weight != "wrong" for one in self.remarks)


def look(url: str, store: Store, now: datetime, max_lag: timedelta) -> Health:
    """What can be said of a store and of this machine."""
    settings = dict(store.settings())
    tables = settings.pop("schema", None)
    path = Path(url.removeprefix(FILE)) if url.startswith(FILE) else None
    marks = store.marks()
    backup = marks.get(BACKUP, "")
    found = Health(
        at=now,
        store=shown(url),
        tables=int(tables) if tables is not None else None,
        software=_software(settings),
        settings=settings,
        figures=store.figures(now),
        workers=tuple(store.workers()),
        held=marks.get(MARK, ""),
        database_clock=store.clock(),
        free=shutil.disk_usage(path.absolute().parent).free if path else None,
        size=path.stat().st_size if path else None,
        backup_at=instant_from(backup.partition(" ")[0]) if backup else None,
        backup=backup.partition(" ")[2],
    )
    return found.replace(remarks=(*_wrong(found, max_lag), *_advice(found)))


def shown(url: str) -> str:
    """An address without what is secret in it: no user, no password, no settings."""
    kind, sign, rest = url.partition("://")
    if url.startswith(FILE) or not sign:
        return url
    # A password may hold any sign, also a question mark: it ends with the last @ before the path.
    host, slash, path = rest.partition("/")
    rest = f"{host.rpartition('@')[2]}{slash}{path}"
    return f"{kind}://{rest.partition('?')[0].rpartition('@')[2]}"


def _software(settings: dict[str, str | int]) -> Software:
    """What is at work; what the store says of it is taken out of its settings."""
    return _installed().replace(
        sqlite=str(settings.pop("sqlite_version", "")),
        psycopg=str(settings.pop("psycopg", "")),
        server=str(settings.pop("server_version", "")),
    )


@cache
def _installed() -> Software:
    """What is on this machine, whatever the store; it stays so as long as the process."""
    return Software(
        protocolkit=protocolkit.__version__,
        python=platform.python_version(),
        tzdata=_version("tzdata"),
        apprise=_version("apprise"),
        layout=layout.available(),
        font=font(),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


# -- what must be put right ----------------------------------------------------------------


def _wrong(found: Health, max_lag: timedelta) -> Iterator[Remark]:
    figures = found.figures
    if found.held:
        yield _must(
            "clock-held",
            f"Every worker holds, nothing falls due and nothing is sent: {_why(found.held)}",
            "Look at the clocks of this machine and of the others. Once they are right: "
            "`protocolkit doctor --confirm-clock`.",
        )
    apart = abs((found.database_clock or found.at) - found.at)
    if apart > _CLOCKS_APART:
        yield _must(
            "clocks-apart",
            f"The clock of the database and that of this machine are {ago(apart)} apart.",
            "Set both by a time server (NTP), the wrong one first.",
        )
    yield from _workers(found, max_lag)
    if figures.due_since and found.at - figures.due_since > max_lag:
        yield _must(
            "late",
            f"Time is behind: in {counted(figures.due, 'case')} something should have happened, "
            f"the first {ago(found.at - figures.due_since)} ago.",
            "See that a worker runs, and what it logs. `protocolkit case list` also brings all "
            "cases to now.",
        )
    if figures.unsent_since and found.at - figures.unsent_since > max_lag:
        yield _must(
            "unsent",
            f"{counted(figures.unsent, 'notice')} could not be sent, the first for "
            f"{ago(found.at - figures.unsent_since)}.",
            "`protocolkit case notices --unsent` shows who waits to be told; tell them by "
            "telephone. Then see what the worker logs, and whether its settings have a channel "
            "for everybody.",
        )
    for name, wanted in _WANTED.items():
        value = found.settings.get(name)
        if value is not None and str(value).lower() not in wanted:
            yield _must(
                f"setting-{name.replace('_', '-')}",
                f"The setting {name} is {value}: what was recorded may be lost in a power cut.",
                f"Set {name} to {wanted[0]} in the settings of the database.",
            )
    if found.free is not None and found.free < max(_LITTLE, found.size or 0):
        yield _must(
            "little-room",
            f"The disk of the store has only {found.free // 1_000_000} MB left.",
            "Make room: a full disk stops every command that records something.",
        )


def _workers(found: Health, max_lag: timedelta) -> Iterator[Remark]:
    start = "Start one: `protocolkit work`; docs/operating.md says how it starts by itself."
    if not found.workers:
        if found.figures.open:
            yield _must(
                "no-worker",
                "No worker has ever run on this store: limits pass and nobody is told.",
                start,
            )
        return
    # One far in the future came from a clock that was wrong, and says nothing of now.
    awake = [one for one in found.workers if abs(found.at - one.beat_at) <= max_lag]
    if all(one.stopped_at for one in awake):
        last = (awake or found.workers)[0]
        how = "was stopped" if last.stopped_at else "was last heard of"
        yield _must(
            "worker-silent",
            f"No worker is at work: the last one {how} {seen(found.at, last.beat_at)}. Limits pass "
            "and nobody is told.",
            start,
        )


def _why(mark: str) -> str:
    """The reason in the mark, without its instant, as the end of a sentence."""
    why = mark.partition(" ")[2] or mark
    return why if why.endswith(("?", ".")) else f"{why}."


def _must(name: str, says: str, do: str) -> Remark:
    return Remark(name=name, weight="wrong", says=says, do=do)


# -- what may wait -------------------------------------------------------------------------


def _advice(found: Health) -> Iterator[Remark]:
    software = found.software
    if software.sqlite and _may_lose(software.sqlite):
        yield _may(
            "sqlite-old",
            f"SQLite {software.sqlite} has a rare fault: when several programs write at the very "
            "moment at which its journal begins anew, a write can be lost.",
            "Install a Python with SQLite 3.51.3 or later; until then make backups often.",
        )
    if found.backup_at is None:
        if found.figures.cases:
            yield _may(
                "no-backup",
                "No backup of this store by protocolkit is known.",
                "`protocolkit store backup FILE` makes one and proves it, while others work.",
            )
    elif found.at - found.backup_at > _OLD:
        yield _may(
            "backup-old",
            f"The last backup by protocolkit was made {ago(found.at - found.backup_at)} ago.",
            "`protocolkit store backup FILE`, each night.",
        )
    if not software.layout:
        yield _may("no-layout", "Figures cannot be drawn here.", layout.HOW_TO_GET_ONE)
    elif software.font == "":
        yield _may(
            "no-font",
            "None of the fonts that figures are made for is here: texts may not fit their boxes.",
            "Install Liberation Sans (apt install fonts-liberation) or DejaVu.",
        )


def _may_lose(sqlite: str) -> bool:
    """Whether this SQLite has the WAL-reset fault."""
    release = tuple(int(part) for part in sqlite.split(".")[:3])
    patched = _FIXED_EARLIER.get(release[:2])
    return release < _FIXED and (patched is None or release[2] < patched)


def _may(name: str, says: str, do: str) -> Remark:
    return Remark(name=name, weight="advice", says=says, do=do)


# -- words ---------------------------------------------------------------------------------


def ago(span: timedelta) -> str:
    """A length of time in its largest fitting unit."""
    seconds = int(span / timedelta(seconds=1))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(seconds // length, unit)
    return counted(seconds, "second")


def seen(now: datetime, at: datetime) -> str:
    """How long ago something was; of what lies ahead, that some clock is wrong."""
    if at - now > _CLOCKS_APART:
        return f"{ago(at - now)} from now, so some clock is wrong"
    return f"{ago(max(now - at, timedelta()))} ago"


def counted(number: int, what: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
