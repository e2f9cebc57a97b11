"""`protocolkit walk`: step through a protocol with a clock of one's own, and keep the walk.

Here: the words of the command. `talk` is what is said to and fro, `asking` what is asked for,
`deeds` what somebody does, `course` does it on an engine, `sights` and `story` make a scenario
of it, `telling` puts everything into words, `moments` reads times.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from protocolkit.cli.exits import NO, YES
from protocolkit.cli.loading import show_errors, whole
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.cli.walk.course import Course
from protocolkit.cli.walk.talk import Talk
from protocolkit.ground.clock import SystemClock
from protocolkit.ground.errors import ProtocolError

EXAMPLES = """\
  protocolkit walk county.yaml
  protocolkit walk county.yaml --start "2025-03-04 09:00" --save first.scenarios.yaml
  printf 'open by=djo\\nreport by=djo\\nnext\\n' | protocolkit walk county.yaml"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Walk through a protocol."""
    parser = Parser(
        "protocolkit walk",
        "Step through a protocol: choose who does what and when, and see what follows. Time\n"
        "goes on only when you say so, and nothing is kept but what you save. Reads lines from\n"
        "a pipe too.",
        EXAMPLES,
    )
    parser.add_argument("path", metavar="PATH", help="the protocol's file")
    parser.add_argument("--start", metavar="TIME", help="when the walk begins (default: now)")
    parser.add_argument("--save", metavar="FILE", help="write the walk there when it ends")
    options = parser.read(words, screen)
    if options is None:
        return YES
    try:
        reading = whole(options.path)
    except ProtocolError as error:
        show_errors(error.findings, screen)
        return NO
    assert reading.protocol is not None
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    course = Course(reading.protocol, _start(options.start, reading.protocol.timezone))
    talk = Talk(screen, reading, course)
    if options.save:
        talk.free(Path(options.save))
    screen.say(f"{reading.protocol.name}, {reading.protocol.jurisdiction}. ? for help.")
    talk.go()
    if options.save:
        talk.keep(Path(options.save))
    return YES


def _start(text: str | None, zone: str) -> datetime:
    if text:
        return Times(zone).read(text, "--start")
    return SystemClock().now().replace(second=0, microsecond=0)
