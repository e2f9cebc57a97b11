"""The ways out to people: what each of them does with a notice, and what it may say.

A notice says that somebody is waited for in a case, never what it is about. Imports the store's
interface.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from protocolkit.store.base import Notice


class Channel(Protocol):
    """One way out. `roles` are those it serves; None: everybody."""

    name: str
    roles: frozenset[str] | None

    def send(self, notice: Notice, now: datetime) -> str:
        """Hand a notice over; "" when it was taken, else in a few words why not.

        It comes back in bounded time, raises nothing for what goes wrong on the way, and what it
        says holds neither secrets nor addresses.
        """


def serves(channel: Channel, notice: Notice) -> bool:
    """Whether a notice goes this way."""
    return channel.roles is None or notice.role in channel.roles


def link_to(base: str, case: str) -> str:
    """The address of a case in the county's own system; "" without one."""
    return f"{base}{quote(case, safe='')}" if base else ""
