"""The address of the store, as every command that works on one takes it.

A password on the command line can be read by everybody on the machine and stays in the
shell's history, so it is refused there. Imports the opening of stores.
"""

from __future__ import annotations

import os
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from protocolkit.ground.errors import StoreError, UsageError
from protocolkit.store.opening import has_password

FILE = "sqlite:///"
USUAL = f"{FILE}cases.db"
VARIABLE = "PROTOCOLKIT_DB"


def take_store(parser: ArgumentParser) -> None:
    """Where the cases are kept: `--db`, else the environment, else a file here."""
    parser.add_argument(
        "--db",
        metavar="URL",
        action=_Address,
        default=default_store(),
        help=f"the store (default: ${VARIABLE}, else {USUAL})",
    )


def default_store() -> str:
    """The address without `--db`; there may be a password in it, so it is never shown."""
    return os.environ.get(VARIABLE) or USUAL


def must_exist(url: str) -> None:
    """A look into a store that is not there must not make one.

    Raises: StoreError: it is not there.
    """
    if url.startswith(FILE) and not Path(url.removeprefix(FILE)).exists():
        raise StoreError(
            f"There are no cases at {url}: `protocolkit case open FILE` makes the first one."
        )


class _Address(Action):
    """Takes an address in which there is no password."""

    def __call__(
        self,
        parser: ArgumentParser,  # noqa: ARG002 - argparse hands it over
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002 - argparse hands it over
    ) -> None:
        """Raises: UsageError: there is a password in it."""
        assert isinstance(values, str)
        if has_password(values):
            raise UsageError(
                "--db: this address has a password in it, which everybody on this machine could "
                f"read. Put the whole address into the environment as {VARIABLE} and leave --db "
                "away; or take the password out and give it by PGPASSFILE, PGPASSWORD or "
                "PGSERVICEFILE."
            )
        setattr(namespace, self.dest, values)
