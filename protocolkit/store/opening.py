"""From the address of a store to the store.

Imports the backends, each only when it is asked for.
"""

from __future__ import annotations

from protocolkit.ground.errors import UsageError
from protocolkit.store.base import Store

_FILE = "sqlite:///"
_HOW = (
    f"Write {_FILE}cases.db for a file here, {_FILE}/home/me/cases.db for a file elsewhere, "
    "or memory: for a try that leaves nothing behind."
)


def open_store(url: str) -> Store:
    """The store at an address: `memory:`, `sqlite:///cases.db` or `sqlite:////abs/cases.db`.

    Raises: UsageError: no such kind of store. StoreError: it cannot be opened.
    """
    if url == "memory:":
        from protocolkit.store.memory import MemoryStore

        return MemoryStore()
    if url.startswith(_FILE):
        return _open_file(url.removeprefix(_FILE))
    kind, colon, rest = url.partition(":")
    # Of an address with a host only the first word is repeated: a password may follow.
    if kind in ("postgresql", "postgres"):
        raise UsageError(f"PostgreSQL comes with a later release. {_HOW}")
    if kind == "sqlite":
        raise UsageError(f'Three strokes come after "sqlite:", here are not three. {_HOW}')
    if kind == "memory":
        raise UsageError(f'Write "memory:", with nothing after it. {_HOW}')
    if colon and rest.startswith("//"):
        raise UsageError(f'Cases cannot be kept in "{kind}". {_HOW}')
    if url and not colon:
        raise UsageError(f"{url} is not the address of a store. Did you mean {_FILE}{url}? {_HOW}")
    raise UsageError(f"This is not the address of a store. {_HOW}")


def _open_file(path: str) -> Store:
    # Imported late: a command that keeps no case need not load a database.
    from protocolkit.store.sqlite import SqliteStore

    if not path:
        raise UsageError(f"The address of the store names no file. {_HOW}")
    if "?" in path:
        raise UsageError(f'The address of the store has a "?": settings cannot be given. {_HOW}')
    return SqliteStore(path)
