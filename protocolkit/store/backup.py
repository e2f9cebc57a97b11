"""Backups: a copy of a store that is proved to be whole before it counts, and the way back.

A backup of either kind of store is a SQLite store file with the same tables, taken from one
moment of the store while others write on. So it can be looked at with every command, and
restoring it into the other kind of store is the way to move. What is said of workers and
backups stays behind. Imports the rows, the forms and the event form.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import groupby, zip_longest
from operator import itemgetter
from pathlib import Path

from protocolkit.ground.errors import ProtocolkitError, StoreError, UsageError
from protocolkit.ground.record import Record
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import instant_text
from protocolkit.semantics.events import absorb
from protocolkit.store.forms import event_of, microseconds
from protocolkit.store.opening import open_store
from protocolkit.store.snapshot import Row, Snapshot, SqliteSnapshot, snapshot
from protocolkit.store.sqlite import SqliteStore
from protocolkit.store.sqlite_schema import MIGRATIONS

MARK = "backup"
"""The name of the mark that says when the last backup was made, and what is in it."""

Say = Callable[[str], None]
"""Told what is going on just now."""


def _silent(_: str) -> None:
    """Tell nobody."""


class _Table(Record):
    """How a table is carried: what its rows are, their order, and what tells them apart.

    `told` are the columns in which a row that is in both stores must agree; none: all of them.
    """

    rows: str
    order: tuple[str, ...]
    key: tuple[str, ...]
    told: tuple[str, ...] = ()
    clash: str = "NOTHING"


CARRIED: Mapping[str, _Table] = {
    "pk_protocol": _Table(rows="protocols", order=("digest",), key=("digest",)),
    "pk_case_head": _Table(rows="cases", order=("case_id",), key=("case_id",), clash="UPDATE"),
    "pk_event": _Table(rows="events", order=("case_id", "sequence"), key=("case_id", "sequence")),
    "pk_answer": _Table(rows="keys", order=("key",), key=("key",)),
    "pk_notice": _Table(
        rows="notices",
        order=("number",),
        key=("id",),
        told=("id", "case_id", "role", "person", "about", "at"),
        clash="UPDATE",
    ),
}
"""The tables in the order in which they can be filled."""

LEFT_BEHIND = frozenset({"pk_mark", "pk_schema", "pk_worker"})
"""The tables whose rows are about this database, its backups, and those who work on it."""

_COUNTED_BY_THE_DATABASE = "number"
_STEP = 10_000


class Proof(Record):
    """What a backup was found to hold: how many rows of each kind, and the SHA-256 of them all."""

    counts: Mapping[str, int]
    digest: str


def back_up(url: str, file: str, say: Say = _silent) -> Proof:
    """Copy a store, as it is at one moment, into a new file; the file appears when it is proved.

    Raises: UsageError: there is such a file, or nothing that could be copied. StoreError: no
    backup was made.
    """
    target = Path(file)
    if target.is_symlink() or target.exists():
        raise _is_there(target)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    # Opened, so that its tables are those of this release.
    with closing(open_store(url)):
        try:
            copied = _copy(url, part, say)
            proof = examine(part, say, called="No backup was made. The store")
            if proof != copied:
                raise StoreError(
                    "No backup was made: what was written is not what was read. "
                    f"Check the disk of {target.parent.absolute()}."
                )
            _publish(part, target)
        finally:
            for end in ("", "-wal", "-shm", "-journal"):
                Path(f"{part}{end}").unlink(missing_ok=True)
    return proof


def _copy(url: str, part: Path, say: Say) -> Proof:
    """Copy a store into a file that is not there yet."""
    sums = _Sums(say, "copied")
    with snapshot(url) as source:
        SqliteStore(part).close()
        with SqliteSnapshot(part, writing=True, alone=True) as copy:
            for table, how in CARRIED.items():
                columns = _columns(copy, table)
                rows = source.read(table, columns, how.order)
                copy.write(_insert(table, columns), sums.of(table, columns, rows))
    return sums.proof()


def note(url: str, proof: Proof, at: datetime) -> None:
    """Let a store remember that a backup of it was made. Raises: StoreError: it cannot."""
    text = f"{proof.counts['cases']} cases, {proof.counts['events']} events, {proof.digest[:12]}"
    with closing(open_store(url)) as store:
        store.mark(MARK, f"{instant_text(at)} {text}")


def restore(file: str, url: str, say: Say = _silent) -> Proof:
    """Bring a backup back: into an empty store, or one that holds nothing but what it holds.

    Raises: StoreError: nothing was restored, since the backup is not good, or the store has what
    the backup has not. UsageError: there is no such file.
    """
    if not Path(file).is_file():
        raise UsageError(f"There is no file {file}.")
    with _of_this_release(file) as path:
        proof = examine(path, say, called=f"Nothing was restored. The backup {file}")
        with (
            closing(open_store(url)),  # which makes the tables
            SqliteSnapshot(path) as backup,
            snapshot(url, writing=True) as store,
        ):
            _require_no_more(store, backup)
            sums = _Sums(say, "restored")
            for table, how in CARRIED.items():
                columns = _columns(backup, table)
                rows = backup.read(table, columns, how.order)
                store.write(_put(table, columns), sums.of(table, columns, rows))
            for table in CARRIED:
                if any(_missing(backup, store, table, backup)):
                    raise StoreError(
                        f"Nothing was restored: what {store.where} then held was not what the "
                        "backup holds. Check its disk."
                    )
    return proof


def examine(file: str | Path, say: Say = _silent, *, called: str = "The backup") -> Proof:
    """Whether a backup is whole: the file sound, every case complete, every entry readable.

    `called` is how the store is named when it is not. Raises: StoreError: it is not.
    """
    with SqliteSnapshot(file) as rows:
        if complaints := rows.complaints():
            raise _not_whole(called, f"the file is damaged ({complaints[0]})")
        _require_cases(rows, say, called)
        sums = _Sums(say, "compared")
        for table, how in CARRIED.items():
            columns = _columns(rows, table)
            for _ in sums.of(table, columns, rows.read(table, columns, how.order)):
                pass
    return sums.proof()


def _require_cases(rows: SqliteSnapshot, say: Say, called: str) -> None:
    """Every case has all its entries, without a gap, and they add up to where it stands."""
    heads = rows.read(
        "pk_case_head", ("case_id", "protocol", "digest", "version", "closed"), ("case_id",)
    )
    entries = rows.read(
        "pk_event",
        ("case_id", "sequence", "kind", "recorded_at", "body"),
        ("case_id", "sequence"),
    )
    by_case = groupby(entries, itemgetter(0))
    for number, (head, own) in enumerate(zip_longest(heads, by_case), 1):
        if head is None or own is None or head[0] != own[0]:
            raise _not_whole(called, "there is a case without entries, or entries without a case")
        case_id, *stands, version, closed = head
        case = _added_up(case_id, own[1], called)
        if case.events != version:
            raise _not_whole(called, f"entries of case {case_id} are missing")
        if [case.protocol, case.digest, case.is_closed] != [*stands, bool(closed)]:
            raise _not_whole(
                called, f"the entries of case {case_id} do not lead to where it stands"
            )
        if number % _STEP == 0:
            say(f"proved: {number} cases")


def _added_up(case_id: str, entries: Iterable[Row], called: str) -> Case:
    """A case from its entries, each of which is what is said beside it."""
    case = Case(case_id)
    for number, (_, sequence, kind, recorded_at, body) in enumerate(entries, 1):
        event = event_of(case_id, sequence, body)
        if sequence != number:
            raise _not_whole(called, f"entries of case {case_id} are missing")
        said = (event.case, event.sequence, event.kind, microseconds(event.recorded_at))
        if said != (case_id, sequence, kind, recorded_at):
            raise _not_whole(called, f"entry {sequence} of case {case_id} is another one")
        try:
            absorb(case, event)
        except (AttributeError, LookupError, TypeError, ValueError, ProtocolkitError) as fault:
            why = f"entry {sequence} of case {case_id} does not follow from those before it"
            raise _not_whole(called, why) from fault
    return case


def _not_whole(called: str, why: str) -> StoreError:
    return StoreError(f"{called} is not whole: {why}.")


# -- rows --------------------------------------------------------------------------------


class _Sums:
    """Counts rows and adds them up while they pass."""

    def __init__(self, say: Say, doing: str) -> None:
        self._counts: dict[str, int] = {}
        self._sum = sha256()
        self._say = say
        self._doing = doing

    def of(self, table: str, columns: Iterable[str], rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows."""
        self._add([table, *columns])
        count = 0
        for count, row in enumerate(rows, 1):
            self._add(row)
            if count % _STEP == 0:
                self._say(f"{self._doing}: {count} {CARRIED[table].rows}")
            yield row
        self._counts[CARRIED[table].rows] = count

    def proof(self) -> Proof:
        """What passed."""
        return Proof(counts=dict(self._counts), digest=self._sum.hexdigest())

    def _add(self, row: object) -> None:
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        self._sum.update(f"{text}\n".encode())


def _columns(rows: SqliteSnapshot, table: str) -> tuple[str, ...]:
    """What is carried of a row; its number is given anew, in the same order."""
    return tuple(name for name in rows.columns(table) if name != _COUNTED_BY_THE_DATABASE)


def _insert(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"


def _put(table: str, columns: tuple[str, ...]) -> str:
    """Insert a row, or let it take the place of one that is not as far."""
    how = CARRIED[table]
    statement = f"{_insert(table, columns)} ON CONFLICT ({', '.join(how.key)}) DO {how.clash}"
    if how.clash == "NOTHING":
        return statement
    changed = [name for name in columns if name not in (*how.key, *how.told)]
    statement += f" SET {', '.join(f'{name} = excluded.{name}' for name in changed)}"
    # What became of a notice stays, also when the backup was made before.
    return f"{statement} WHERE pk_notice.outcome = ''" if table == "pk_notice" else statement


def _missing(few: Snapshot, many: Snapshot, table: str, backup: SqliteSnapshot) -> Iterator[Row]:
    """The rows of one store that are not in another, or are otherwise there; the key first."""
    how = CARRIED[table]
    rest = [name for name in how.told or _columns(backup, table) if name not in how.key]
    columns, width = (*how.key, *rest), len(how.key)
    others = many.read(table, columns, how.key)
    other = next(others, None)
    for row in few.read(table, columns, how.key):
        while other is not None and other[:width] < row[:width]:
            other = next(others, None)
        if other != row:
            yield row


def _require_no_more(store: Snapshot, backup: SqliteSnapshot) -> None:
    """Raises: StoreError: the store has entries, keys or notices that the backup has not."""
    cases = {row[0] for row in _missing(store, backup, "pk_event", backup)}
    others = sum(
        1 for name in ("pk_answer", "pk_notice") for _ in _missing(store, backup, name, backup)
    )
    if not cases and not others:
        return
    what = f"{len(cases)} {'case' if len(cases) == 1 else 'cases'}" if cases else "keys or notices"
    raise StoreError(
        f"Nothing was restored: {store.where} has entries in {what} that the backup has not, and "
        "they would be lost. Restore into an empty store, and look at the two side by side."
    )


# -- files -------------------------------------------------------------------------------


@contextmanager
def _of_this_release(file: str) -> Iterator[str | Path]:
    """A backup with the tables of this release; of an older one a copy, brought up to it."""
    with SqliteSnapshot(file) as rows:
        version = rows.version()
    if version == 0:
        raise StoreError(f"Nothing was restored: {file} is no file of cases.")
    if version == len(MIGRATIONS):
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "older.db")
        shutil.copyfile(file, copy)
        SqliteStore(copy).close()
        yield copy


def _publish(part: Path, target: Path) -> None:
    """Let a whole file have its name, for good; never in place of another."""
    _settle(part)
    try:
        os.link(part, target)
    except FileExistsError:
        raise _is_there(target) from None
    except OSError:  # a disk without links, such as a memory stick
        if target.exists():
            raise _is_there(target) from None
        part.rename(target)
    else:
        part.unlink()
    if os.name != "nt":
        _settle(target.parent)


def _is_there(file: Path) -> UsageError:
    return UsageError(f"{file} is there already and is left as it is. Name a new file.")


def _settle(path: Path) -> None:
    """Wait until it is on the disk."""
    # Windows syncs only what may be written.
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
