"""The command line: `main` finds the command, runs it, and turns how it went into an exit code.

Only the module of the command at hand is imported, because a check has to feel immediate.
What each command does is its own module's; how things are said is `screen`'s.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from protocolkit import __version__
from protocolkit.cli.exits import CANNOT, NO, USAGE, YES
from protocolkit.cli.screen import Screen, plainly
from protocolkit.ground.collecting import no_collections
from protocolkit.ground.errors import (
    Conflict,
    ProtocolError,
    ProtocolkitError,
    Refused,
    UsageError,
)
from protocolkit.ground.nearest import nearest

COMMANDS: Mapping[str, str] = {
    "check": "what is wrong with a protocol, and where",
    "explain": "the page of a check, or what a word of the language means",
    "draw": "a figure of a protocol",
    "verify": "what can go wrong with a case, told as a case; what if somebody is not there",
    "test": "act out scenario files, and see what came out otherwise",
    "case": "run cases: open, do, show, todo, why ...",
    "doctor": "whether cases are kept as promised, how late time is, and what to do",
    "store": "backups that are proved, and bringing them back",
    "work": "a worker: deadlines pass and notices go out while nobody looks",
    "schema": "the JSON Schema of protocol files, for editors",
    "new": "write a first protocol of your own, by twelve questions",
    "walk": "step through a protocol, and keep the walk as a scenario",
    "fmt": "write protocols, rosters and scenarios in one layout",
    "demo": "see it all at work on the protocols that come with protocolkit",
    "completion": "completion of commands for bash, zsh or fish",
}
"""The commands there are, in the order of the help."""

LATER = (
    "conform",
    "diff",
    "handbook",
    "record",
)
"""Commands that are planned, so that who asks for one is not left guessing."""

# The process ends with all its memory: to search that for garbage first takes as long as Python
# takes to start.
atexit.register(gc.freeze)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the entry point of the script.

    `argv` are the words after `protocolkit`. Raises nothing: what goes wrong is told on
    stderr, in one line.
    """
    screen = Screen()
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv), screen)
        screen.finish()
    except UsageError as error:
        screen.note(f"protocolkit: {error}")
        return USAGE
    except (Conflict, ProtocolError, Refused) as error:
        screen.note(f"protocolkit: {error}")
        return NO
    except ProtocolkitError as error:  # the store, the layout engine, a protocol without end
        screen.note(f"protocolkit: {error}")
        return CANNOT
    except OSError as error:
        screen.note(f"protocolkit: {plainly(error)}")
        return CANNOT
    except KeyboardInterrupt:
        screen.note("protocolkit: stopped.")
        return CANNOT
    except Exception as error:  # the one place where a fault of ours can be told plainly
        if os.environ.get("PROTOCOLKIT_DEBUG") == "1":
            raise
        kind = type(error).__name__
        screen.note(
            f"protocolkit: this is a fault of protocolkit, not yours ({kind}: {error}). Please "
            "report it, with what PROTOCOLKIT_DEBUG=1 shows."
        )
        return CANNOT
    return code


def _run(words: list[str], screen: Screen) -> int:
    name = words[0] if words else ""
    if name in ("", "-h", "--help", "help"):
        screen.say(_help())
        return YES if name else USAGE
    if name in ("-V", "--version"):
        screen.say(f"protocolkit {__version__}")
        return YES
    if name not in COMMANDS:
        raise UsageError(unknown("command", name, COMMANDS, LATER))
    with no_collections():
        command = import_module(f"protocolkit.cli.{name}")
    code = command.run(words[1:], screen)
    assert isinstance(code, int)
    return code


def unknown(what: str, name: str, known: Mapping[str, str], later: Sequence[str]) -> str:
    """What to say of a name that does not exist: the nearest one, and all that exist."""
    there = f"There are: {', '.join(known)}."
    if name in later:
        return f"`{name}` comes with a later release. {there}"
    close = nearest(name, [*known, *later])
    hint = f"; did you mean `{close}`?" if close in known else "."
    return f"There is no {what} `{name}`{hint} {there}"


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items()]
    return "\n".join(
        [
            "usage: protocolkit COMMAND ...",
            "",
            "A county writes its response protocol as YAML. protocolkit finds what is missing in",
            "it, draws it, and runs its cases.",
            "",
            *lines,
            "",
            "`protocolkit COMMAND --help` tells more. To see it all at work: protocolkit demo",
            "",
            "Ends with 0: yes; 1: the answer is no (findings, refused, can be broken); 2: the",
            "command does not make sense; 3: it could not be done; 4: not everything is proved,",
            "and you asked for that.",
        ]
    )
