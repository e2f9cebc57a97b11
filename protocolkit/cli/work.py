"""`protocolkit work`: a worker, which lets deadlines pass and delivers notices while nobody looks.

What it does stands in `workers`; here is how it is started and ended.
"""

from __future__ import annotations

import re
import signal
import sys
from _thread import start_new_thread
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from protocolkit.api import Engine, open_store
from protocolkit.cli.address import must_exist, take_store
from protocolkit.cli.exits import CANNOT, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times, is_absolute
from protocolkit.engine.sweeping import BATCH
from protocolkit.ground.clock import Clock, SystemClock, VirtualClock
from protocolkit.ground.errors import UsageError
from protocolkit.store.base import Store
from protocolkit.workers.channels import Channel
from protocolkit.workers.guard import Guard
from protocolkit.workers.log import Log
from protocolkit.workers.outbox import Delivered
from protocolkit.workers.worker import INTERVAL, Fired, Worker

EXAMPLES = """\
  protocolkit work --db sqlite:///cases.db --config worker.toml
  PROTOCOLKIT_DB=postgresql://pk@db/cases protocolkit work --config worker.toml
  protocolkit work --once --clock "2025-03-07 08:00"
Ends at SIGTERM or Ctrl-C, when what it has in hand is done. docs/operating.md tells more."""

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_LARGEST_BATCH = 1_000
"""More in one transaction would keep people at a SQLite file waiting longer than they do."""


def run(words: Sequence[str], screen: Screen) -> int:
    """Work once, or until somebody says to stop."""
    parser = Parser(
        "protocolkit work",
        "Lets time come to all cases and delivers notices. Any number of workers may run on one\n"
        "store, on any number of machines; if one dies the others go on.",
        EXAMPLES,
    )
    take_store(parser)
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="where notices go (TOML); without it nothing is sent, only deadlines pass",
    )
    parser.add_argument("--once", action="store_true", help="do what is due now, and end")
    parser.add_argument(
        "--interval",
        metavar="TIME",
        help="look at least so often, such as 5s or 1m (default: 5s)",
    )
    parser.add_argument(
        "--batch",
        metavar="N",
        type=int,
        default=BATCH,
        help=f"so many cases in one transaction (default: {BATCH})",
    )
    parser.add_argument(
        "--clock",
        metavar="TIME",
        help="for training only, with --once: take this for now",
    )
    options = parser.read(words, screen)
    if options is None:
        return YES
    if options.clock and not options.once:
        raise UsageError("--clock stands still, so it goes with --once only.")
    if not 0 < options.batch <= _LARGEST_BATCH:
        raise UsageError(f"--batch: a number from 1 to {_LARGEST_BATCH}.")
    interval = _span(options.interval) if options.interval else INTERVAL
    channels = _channels(options.config)
    must_exist(options.db)
    store = open_store(options.db)
    try:
        return _work(options, screen, store, channels, interval)
    finally:
        store.close()


def _work(
    options: Namespace,
    screen: Screen,
    store: Store,
    channels: Sequence[Channel],
    interval: timedelta,
) -> int:
    engine = Engine((), store)
    guard = None
    if options.clock:
        engine.clock = _training_clock(engine, options.clock, screen)
    else:
        guard = Guard(store, engine.clock)
    log_clock: Clock = SystemClock()
    worker = Worker(
        engine,
        channels,
        guard=guard,
        interval=interval,
        batch=options.batch,
        log=Log(sys.stderr, log_clock),
        id="once" if options.once else "",  # called every minute it is one worker, not thousands
    )
    with _stopped_by_signals(worker):
        if not options.once:
            worker.run()
            return YES
        # It leaves no word that it ended: a timer calls it again, and is missed if it does not.
        try:
            fired = worker.fire()
        finally:  # trouble with some cases keeps nobody from hearing of the others
            delivered = worker.deliver()
    screen.say(_summary(fired, delivered, sends=bool(channels)))
    return CANNOT if fired.held or fired.aside else YES


@contextmanager
def _stopped_by_signals(worker: Worker) -> Iterator[None]:
    """Whoever ends the process gently ends the worker, which puts away what it has in hand."""
    # In a thread of its own: this one may be in the middle of the very lock that `stop` takes.
    before = {
        number: signal.signal(number, lambda *_: start_new_thread(worker.stop, ()))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _summary(fired: Fired, delivered: Delivered, *, sends: bool) -> str:
    """What was done, in one line."""
    if fired.held:
        return "Nothing done: the clock is in doubt. See `protocolkit doctor`."
    said = f"{_several(fired.events, 'event')} of time in {_several(fired.cases, 'case')}"
    if fired.aside:
        said += f", {_several(fired.aside, 'case')} could not go on"
    if not sends:
        return f"{said}; nothing sent, there is no --config."
    said += f"; {_several(delivered.sent, 'notice')} sent, {delivered.moot} no longer true"
    waiting = delivered.failed + delivered.nobody
    return f"{said}, {waiting} could not be delivered yet." if waiting else f"{said}."


def _several(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _channels(path: str | None) -> Sequence[Channel]:
    if path is None:
        return ()
    from protocolkit.workers.config import read

    return read(path).channels


def _training_clock(engine: Engine, text: str, screen: Screen) -> VirtualClock:
    """A clock that stands at a time of the options, local to the protocols that are kept."""
    zones = {
        loaded.model.timezone
        for digest in engine.store.digests()
        if (loaded := engine.loaded(digest)) is not None
    }
    if len(zones) != 1 and not is_absolute(text):
        raise UsageError("--clock: write an offset, such as 2025-03-04 22:34-06:00.")
    times = Times(zones.pop() if len(zones) == 1 else "UTC")
    clock = VirtualClock(times.read(text, "--clock"))
    for remark in times.remarks:
        screen.note(remark)
    if clock.now() > SystemClock().now():
        screen.note(
            "Careful: --clock is ahead of now. What comes by then is recorded for good; use it on "
            "cases that are for training."
        )
    return clock


def _span(text: str) -> timedelta:
    """A span such as 5s. Raises: UsageError: it is none, or longer than an hour."""
    found = re.fullmatch(r"([0-9]{1,6})(ms|s|m|h)", text)
    span = timedelta(seconds=int(found[1]) * _UNITS[found[2]]) if found else timedelta()
    if not timedelta() < span <= timedelta(hours=1):
        raise UsageError("--interval: write a number with ms, s, m or h, up to 1h; such as 5s.")
    return span
