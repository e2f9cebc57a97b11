"""What several must agree to.

Imports the model and the ledger.
"""

from __future__ import annotations

from typing import Any

from protocolkit.ground.record import Record
from protocolkit.model.people import Holder, Who
from tests.reference.ledger import Ask


class Joint(Record):
    """What several must agree to: all of these and one of those; who may propose it, and others
    whom a ladder lets in."""

    key: str
    all_of: tuple[Holder, ...] = ()
    any_of: tuple[Holder, ...] = ()
    who: Who | None = None
    extra: tuple[str, ...] = ()
    content: Any = None
    meeting: str = ""


def content_of(ask: Ask, meeting: str) -> Any:
    """What somebody puts their name to: another content is another proposal."""
    return (dict(ask.facts), dict(ask.assign), meeting, ask.evidence, ask.item, ask.until)
