"""Notices by mail, text message and the like, through Apprise: the one door to it.

Apprise comes with the extra `notify`. Imports channels.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from protocolkit.ground.errors import UsageError
from protocolkit.store.base import Notice
from protocolkit.workers.channels import link_to

TITLE = "Please look at a case"


class Mailing:
    """Whatever Apprise reaches. `address` is one of its own, with its password.

    Raises: UsageError: Apprise is not there, or knows no such address.
    """

    def __init__(
        self,
        name: str,
        address: str,
        *,
        roles: frozenset[str] | None = None,
        link: str = "",
    ) -> None:
        try:
            import apprise
        except ImportError:
            raise UsageError(
                "this needs Apprise: `pip install 'protocolkit[notify]'` brings it."
            ) from None
        # What it logs names hosts and people, and goes to stderr if nobody takes it.
        log = logging.getLogger("apprise")
        log.addHandler(logging.NullHandler())
        log.propagate = False
        self.name = name
        self.roles = roles
        self._link = link
        self._ways = apprise.Apprise()
        if not self._ways.add(address):
            raise UsageError("the address is none that Apprise knows; it is not repeated here.")

    def send(self, notice: Notice, now: datetime) -> str:  # noqa: ARG002 - the text is always the same
        """Send a plain text; taken when Apprise says so of every address."""
        done = self._ways.notify(title=TITLE, body=text_of(notice, self._link))
        return "" if done else "Apprise could not deliver it"


def text_of(notice: Notice, link: str = "") -> str:
    """What a person reads: which case, since when, where to look."""
    since = notice.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        f"Somebody is waited for in case {notice.case} since {since}.",
        link_to(link, notice.case),
        f"(Notice {notice.id}. It may come twice.)",
    ]
    return "\n".join(line for line in lines if line)
