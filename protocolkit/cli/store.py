"""`protocolkit store`: copies of all cases that are proved to be whole, and the way back.

Imports the backups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

from protocolkit.cli.address import FILE, must_exist, take_store
from protocolkit.cli.exits import USAGE, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.ground.clock import SystemClock
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import nearest
from protocolkit.store import backup
from protocolkit.store.opening import open_store
from protocolkit.store.snapshot import snapshot

COMMANDS: Mapping[str, str] = {
    "backup": "copy all cases into a file while others work, and prove that it is whole",
    "restore": "bring a backup back, into an empty store or one that is behind it",
    "migrate": "bring the tables of a store to this release, after a copy was made",
}
"""The commands, each with what it does."""

_ABOUT = {
    "backup": "Copy a store into a new file, as it is at one moment; others may go on working. The "
    "file\nappears once it is proved: it holds what the store holds, every case is complete, and "
    "every\nentry can be read. The backup of a SQLite file and of PostgreSQL is the same kind of "
    "file.",
    "restore": "Bring a backup back, all of it or nothing. The store must be empty, or hold "
    "nothing that the\nbackup has not. Stop the workers first. Into the other kind of store it is "
    "the way to move.",
    "migrate": "Bring the tables of a store to this release. Every command does so when it opens a "
    "store;\nthis one does it when you choose, and says what was done.",
}
_EXAMPLES = {
    "backup": "  protocolkit store backup /backup/cases-2025-03-04.db",
    "restore": "  protocolkit store restore /backup/cases-2025-03-04.db --db sqlite:///cases.db",
    "migrate": "  protocolkit store migrate --db sqlite:///cases.db",
}


def run(words: Sequence[str], screen: Screen) -> int:
    """Find the command and run it."""
    name = words[0] if words else ""
    if name in ("", "-h", "--help", "help"):
        screen.say(_help())
        return YES if name else USAGE
    if name not in COMMANDS:
        close = nearest(name, COMMANDS)
        hint = f"; did you mean `{close}`?" if close else "."
        raise UsageError(f"There is no `store {name}`{hint} There are: {', '.join(COMMANDS)}.")
    parser = Parser(f"protocolkit store {name}", _ABOUT[name], _EXAMPLES[name])
    take_store(parser)
    if name != "migrate":
        parser.add_argument("file", metavar="FILE", help="the file of the backup")
    options = parser.read(words[1:], screen)
    if options is None:
        return YES
    if name == "backup":
        _back_up(options.db, options.file, screen)
    elif name == "restore":
        _restore(options.db, options.file, screen)
    else:
        _migrate(options.db, screen)
    return YES


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items()]
    return "\n".join(
        [
            "usage: protocolkit store COMMAND ...",
            "",
            *lines,
            "",
            "`protocolkit store COMMAND --help` tells more.",
        ]
    )


def _back_up(db: str, file: str, screen: Screen) -> None:
    must_exist(db)
    at = SystemClock().now()
    try:
        proof = backup.back_up(db, file, screen.passing)
    finally:
        screen.passing("")
    screen.say(f"{file} holds all of the store and was proved:")
    _tell(proof, screen)
    backup.note(db, proof, at)


def _restore(db: str, file: str, screen: Screen) -> None:
    try:
        proof = backup.restore(file, db, screen.passing)
    finally:
        screen.passing("")
    screen.say(f"Everything in {file} is in the store, and was proved:")
    _tell(proof, screen)


def _tell(proof: backup.Proof, screen: Screen) -> None:
    counts = ", ".join(
        f"{count} {rows.removesuffix('s') if count == 1 else rows}"
        for rows, count in proof.counts.items()
    )
    screen.say(f"  {counts}")
    screen.say(f"  SHA-256 of all rows: {proof.digest}")
    screen.say("  every case is complete, every entry was read, and they add up to where it stands")


def _migrate(db: str, screen: Screen) -> None:
    must_exist(db)
    before = _version(db)
    with closing(open_store(db)):  # which does it
        after = _version(db)
    if before == after:
        screen.say(f"The tables have version {after}, that of this release: nothing to be done.")
        return
    screen.say(f"The tables were brought from version {before} to version {after}.")
    if db.startswith(FILE):
        screen.say(f"The store as it was before: {db.removeprefix(FILE)}.before-{after}")


def _version(db: str) -> int:
    """The version of the tables as they are, without opening the store."""
    with snapshot(db) as tables:
        return tables.version()
