"""`protocolkit case`: run cases, one command at a time, kept in a store.

Here: which commands there are. `desk` holds what they share, `acts` and `meet` do things, `read`
looks a fact up, `look` and `log` show cases, `export` carries them away, `todo`, `why` and `ahead`
answer questions, `overview` is of all of them, `telling` puts answers into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from protocolkit.cli.exits import NO, USAGE, YES
from protocolkit.cli.loading import show_errors
from protocolkit.cli.screen import Screen
from protocolkit.ground.errors import ProtocolError, UsageError
from protocolkit.ground.nearest import nearest

COMMANDS: Mapping[str, tuple[str, str]] = {
    "open": ("acts", "open a case under a protocol"),
    "adopt": ("acts", "adopt a protocol: its programme begins"),
    "do": ("acts", "do an act of the protocol"),
    "record": ("acts", "record facts that belong to no act"),
    "assign": ("acts", "say who holds a role in this case"),
    "meet": ("meet", "set, move, hold or call off a meeting"),
    "complete": ("acts", "a follow-up is done"),
    "decline": ("acts", "say no to a follow-up, for who has that right"),
    "waive": ("acts", "set a follow-up aside, for who may"),
    "extend": ("acts", "give a follow-up more time, for who may"),
    "read": ("read", "look a fact up, for who may see it"),
    "correct": ("right", "replace what was recorded of a fact"),
    "void": ("right", "declare an entry void: it was made in error, or twice"),
    "migrate": ("migrate", "open cases go on under another text, by an approved plan"),
    "show": ("look", "where a case stands, what is owed, what can be done"),
    "todo": ("todo", "what is owed, the earliest first"),
    "why": ("why", "what somebody may do now, and why not"),
    "pending": ("ahead", "what will come of a case, and what is left until closing"),
    "list": ("overview", "all cases, and when time does something to them next"),
    "tally": ("tally", "how often things happened over all cases, without names"),
    "notices": ("overview", "who is to be told about what, since when"),
    "log": ("log", "everything that happened to a case"),
    "export": ("export", "the record as CloudEvents, or sheets of paper for when this is down"),
}
"""The commands, each with its module and what it does."""


def run(words: Sequence[str], screen: Screen) -> int:
    """Find the command and run it."""
    name = words[0] if words else ""
    if name in ("", "-h", "--help", "help"):
        screen.say(_help())
        return YES if name else USAGE
    if name not in COMMANDS:
        raise UsageError(_unknown(name))
    module = import_module(f"protocolkit.cli.case.{COMMANDS[name][0]}")
    try:
        code = module.run(name, words[1:], screen)
    except ProtocolError as error:
        show_errors(error.findings, screen)
        return NO
    assert isinstance(code, int)
    return code


def _unknown(name: str) -> str:
    there = f"There are: {', '.join(COMMANDS)}."
    close = nearest(name, COMMANDS)
    return f"There is no `case {name}`{f'; did you mean `{close}`?' if close else '.'} {there}"


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {summary}" for name, (_, summary) in COMMANDS.items()]
    return "\n".join(
        [
            "usage: protocolkit case COMMAND ...",
            "",
            "Cases are kept in a store (--db, by default sqlite:///cases.db). Names of people are",
            "opaque: the numbers of your own system, never the name of a child.",
            "",
            *lines,
            "",
            "`protocolkit case COMMAND --help` tells more.",
        ]
    )
