"""What a hostile input is, and the sample that most of them spoil. Imports nothing of the project
but the sample.

A family makes inputs of one kind in code; `MUST_REFUSE` says that each of them is to give an
error, otherwise an input may also be fine: then only crash, place, time and memory are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from tests.language.samples import GOOD

MUST_REFUSE, MAY_REFUSE = True, False

HEAD = """\
protocolkit: "1"
id: spoilt
jurisdiction: Sample County
timezone: America/Chicago
"""
STATES = "states: {identified: {initial: true}, closed: {final: true}}\n"
ROLES = "roles: {djo: {kind: juvenile_officer}, judge: {kind: judge}}\n"
CLOSE = "triggers:\n  close: {who: djo, moves: {from: identified, to: closed}}\n"
WHOLE = HEAD + ROLES + STATES + CLOSE
"""A small protocol without a fault; what a family adds stands below it."""


class Input(NamedTuple):
    """One input: what it is, and its bytes."""

    name: str
    data: bytes


class Family(NamedTuple):
    """Inputs of one kind: protocols, or files that stand beside one."""

    name: str
    refused: bool
    inputs: Callable[[], Iterator[Input]]
    of: Literal["protocol", "roster", "config"] = "protocol"


def text(name: str, content: str) -> Input:
    """An input from a text; half characters become the bytes that bad writers make of them."""
    return Input(name, content.encode("utf-8", "surrogatepass"))


def put(old: str, new: str, whole: str = GOOD) -> str:
    """The sample with one piece replaced, which must stand there exactly once."""
    assert 1 == whole.count(old), old
    return whole.replace(old, new)
