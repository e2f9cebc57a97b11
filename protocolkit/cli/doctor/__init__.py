"""`protocolkit doctor`: whether cases are kept as promised and time is at work, and what to do.

`looking` finds out, `report_text` and `report_json` say it. Imports the opening of stores and
the clock guard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from protocolkit.cli.address import must_exist, take_store
from protocolkit.cli.doctor import looking, report_json, report_text
from protocolkit.cli.exits import NO, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.ground.clock import Clock, SystemClock
from protocolkit.ground.errors import UsageError
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from protocolkit.workers.guard import MARK, confirm

_ABOUT = """\
Whether cases are kept as promised, whether workers are at work, how far behind they are, and what
to do. Ends with 1 if something is not as it should be."""
_EXAMPLES = """\
  protocolkit doctor
  protocolkit doctor --max-lag 5m --format json
  protocolkit doctor --confirm-clock"""

_SPAN = re.compile(r"([0-9]{1,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def run(words: Sequence[str], screen: Screen) -> int:
    """Look at a store and at this machine."""
    parser = Parser("protocolkit doctor", _ABOUT, _EXAMPLES)
    take_store(parser)
    parser.add_argument(
        "--max-lag",
        metavar="SPAN",
        default="10m",
        help="how late time and notices may be, and how long a worker may be silent: 90s, 10m, 2h "
        "or 1d (default: 10m)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "openmetrics"),
        default="text",
        help="how to answer (default: text)",
    )
    parser.add_argument(
        "--confirm-clock",
        action="store_true",
        help="the clocks shown are right: let workers that hold go on",
    )
    options = parser.read(words, screen)
    if options is None:
        return YES
    max_lag = _span(options.max_lag)
    must_exist(options.db)
    store = open_store(options.db)
    try:
        clock = SystemClock()
        if options.confirm_clock:
            _confirm(store, clock, screen)
        found = looking.look(options.db, store, clock.now(), max_lag)
    finally:
        store.close()
    if options.format == "json":
        screen.show(report_json.render(found))
    elif options.format == "openmetrics":
        screen.show(report_json.metrics(found))
    else:
        for line in report_text.lines(found, screen.width):
            screen.say(line)
    return YES if found.well else NO


def _confirm(store: Store, clock: Clock, screen: Screen) -> None:
    """Show the clocks, and let the workers go on."""
    now = clock.now()
    for line in report_text.clocks(now, store.clock()):
        screen.note(line)
    if MARK not in store.marks():
        screen.note("No worker holds because of a clock: there was nothing to confirm.")
        return
    confirm(store, now)
    screen.note("Confirmed: the workers go on at their next look.")


def _span(text: str) -> timedelta:
    """Raises: UsageError: it is no length of time."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--max-lag: `{text}` is no length of time. Write 90s, 10m, 2h or 1d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
