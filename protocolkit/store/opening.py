"""From the address of a store to the store.

Imports the backends, each only when it is asked for.
"""

from __future__ import annotations

from urllib.parse import unquote

from protocolkit.ground.errors import UsageError
from protocolkit.store.base import Store

_FILE = "sqlite:///"
_SERVER = ("postgresql://", "postgres://")
_HOW = (
    f"Write {_FILE}cases.db for a file here, {_FILE}/home/me/cases.db for a file elsewhere, "
    "postgresql://user@host/database for a server, or memory: for a try that leaves nothing behind."
)


def open_store(url: str) -> Store:
    """The store at an address: `memory:`, `sqlite:///cases.db`, `sqlite:////abs/cases.db` or
    `postgresql://user@host:port/database`.

    Raises: UsageError: no such kind of store. StoreError: it cannot be opened.
    """
    if url == "memory:":
        from protocolkit.store.memory import MemoryStore

        return MemoryStore()
    if url.startswith(_FILE):
        return _open_file(url.removeprefix(_FILE))
    if url.startswith(_SERVER):
        return _open_server(url)
    kind, colon, rest = url.partition(":")
    # Of an address with a host only the first word is repeated: a password may follow.
    if kind in ("postgresql", "postgres"):
        raise UsageError(f'Two strokes come after "{kind}:", here are not two. {_HOW}')
    if kind == "sqlite":
        raise UsageError(f'Three strokes come after "sqlite:", here are not three. {_HOW}')
    if kind == "memory":
        raise UsageError(f'Write "memory:", with nothing after it. {_HOW}')
    if colon and rest.startswith("//"):
        raise UsageError(f'Cases cannot be kept in "{kind}". {_HOW}')
    if url and not colon:
        raise UsageError(f"{url} is not the address of a store. Did you mean {_FILE}{url}? {_HOW}")
    raise UsageError(f"This is not the address of a store. {_HOW}")


def has_password(url: str) -> bool:
    """Whether an address has a password in it: before the host, or among its settings."""
    # Not `urlsplit`: it raises at a bad port, and a password may hold any sign.
    if not url.startswith(_SERVER):
        return False
    before, at, _ = url.partition("://")[2].rpartition("@")
    settings = unquote(url.partition("?")[2]).lower().split("&")
    return bool(at and ":" in before) or any(
        one.startswith(("password=", "sslpassword=")) for one in settings
    )


def _open_server(url: str) -> Store:
    try:
        from protocolkit.store.postgres import PostgresStore
    except ImportError as fault:
        if "protocolkit" in (fault.name or ""):
            raise
        raise UsageError(
            "PostgreSQL needs a part that is not installed. Install it with "
            'pip install "protocolkit[postgres]".'
        ) from fault
    return PostgresStore(url)


def _open_file(path: str) -> Store:
    # Imported late: a command that keeps no case need not load a database.
    from protocolkit.store.sqlite import SqliteStore

    if not path:
        raise UsageError(f"The address of the store names no file. {_HOW}")
    if "?" in path:
        raise UsageError(f'The address of the store has a "?": settings cannot be given. {_HOW}')
    return SqliteStore(path)
