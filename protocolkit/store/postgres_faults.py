"""What PostgreSQL complains about, in words for whoever runs the program.

A message of the server may repeat what stands in a row, one of the driver the address with the
password in it; so neither is passed on, not even as the cause of our error. Imports ground.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import errors

from protocolkit.ground.errors import StoreError

_PLAIN: tuple[tuple[type[psycopg.Error], str], ...] = (
    (
        errors.InsufficientPrivilege,
        "may not be used so by this user. Whoever owns the database makes the tables with "
        "`protocolkit store migrate` and then gives this user the right to read and write them",
    ),
    (
        errors.InvalidSchemaName,
        "has no schema that this user may make tables in. Ask whoever runs the database for one",
    ),
    (
        errors.ReadOnlySqlTransaction,
        "may be read but not written: it is a copy that follows another server, or was set "
        "so. Nothing was written. Name the server that may be written to",
    ),
    (errors.DiskFull, "could not grow: the disk is full. Nothing was written. Make room"),
    (
        errors.LockNotAvailable,
        "is kept busy by another program. Nothing was written. Try again; if that does not "
        "help, look for a program that holds a transaction open",
    ),
    (
        errors.QueryCanceled,
        "took too long for an answer. Nothing was written. Try again; if that does not help, "
        "ask whoever runs the database",
    ),
    (
        errors.TooManyConnections,
        "has no connection free. Close other programs that use it, or have the server allow more",
    ),
    (
        errors.InvalidPassword,
        "did not let you in. Check the name of the user and the password",
    ),
    (
        errors.InvalidAuthorizationSpecification,
        "did not let you in. Check the name of the user and the password",
    ),
    (errors.InvalidCatalogName, "is not there. Have it made, or check its name"),
    (
        errors.DataCorrupted,
        "is damaged. Keep it as it is and bring back a backup",
    ),
    (
        errors.IndexCorrupted,
        "is damaged. Keep it as it is and bring back a backup",
    ),
    (
        errors.UndefinedTable,
        "has lost tables while it was in use. Nothing was written. Bring back a backup",
    ),
    (
        errors.InFailedSqlTransaction,
        "was not written: an earlier statement of this transaction failed. Roll it back first",
    ),
    (
        errors.RaiseException,
        "does not let what was written be changed or removed. Nothing was written",
    ),
)

AGAIN = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
"""Faults of two who met: done again, the work finds what the other one wrote."""


def plain(fault: psycopg.Error, where: str) -> StoreError:
    """The same fault in plain words, without anything that stands in the store."""
    for kind, text in _PLAIN:
        if isinstance(fault, kind):
            return StoreError(f"The store {where} {text}.")
    if isinstance(fault, AGAIN):
        return StoreError(
            f"The store {where} is written to by too many at once. Nothing was written. Try again."
        )
    if fault.sqlstate is None and isinstance(fault, psycopg.OperationalError):
        said = str(fault)  # of an attempt to connect the driver keeps no more than words
        if "password" in said or "authentication" in said:
            return StoreError(f"The store {where} {dict(_PLAIN)[errors.InvalidPassword]}.")
        if 'database "' in said and "does not exist" in said:
            return StoreError(f"The store {where} {dict(_PLAIN)[errors.InvalidCatalogName]}.")
        return StoreError(f"The store {where} cannot be reached. Nothing was written. {_REACH}")
    if isinstance(fault, psycopg.OperationalError):
        return StoreError(
            f"The store {where} cannot be used now ({_kind(fault)}). Nothing was written. {_REACH}"
        )
    return StoreError(
        f"The store {where} did not do as it should ({_kind(fault)}). Nothing was written."
    )


def not_known(where: str) -> StoreError:
    """The error for a connection that broke while the last word was on its way."""
    return StoreError(
        f"The connection to the store {where} was lost while it was written to; whether it was "
        "written is not known. Send the request again with the same key: it is done once."
    )


_REACH = "Check that the server runs and that its name and port are right, then try again."


def _kind(fault: psycopg.Error) -> str:
    return f"{type(fault).__name__} {fault.sqlstate or ''}".strip()


def is_lost(fault: psycopg.Error, connection: psycopg.Connection[Any]) -> bool:
    """Whether the connection is of no more use: it broke, or the server is about to end it."""
    # 08: the connection; 25P03: it slept in a transaction; 57P: the server goes down or comes up.
    return connection.closed or (fault.sqlstate or "").startswith(("08", "25P03", "57P"))
