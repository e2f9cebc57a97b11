"""What a worker says of its work: one line of JSON for each thing, never any content of a case.

Imports the clock.
"""

from __future__ import annotations

import json
from contextlib import suppress
from threading import Lock
from typing import Literal, TextIO

from protocolkit.ground.clock import Clock
from protocolkit.ground.errors import ProtocolkitError
from protocolkit.semantics.changes import instant_text

Level = Literal["info", "warning", "error"]


class Log:
    """Lines on a stream; any number of threads may write. None: nobody wants to know."""

    def __init__(self, stream: TextIO | None, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = Lock()

    def say(self, level: Level, what: str, **more: object) -> None:
        """One line: the time, how grave it is, what it is, and numbers and ids.

        Every character that does not print is written by its number, as JSON allows.
        """
        if self._stream is None:
            return
        line = {"time": instant_text(self._clock.now()), "level": level, "what": what, **more}
        # Nobody may read it any more, or its disk may be full just now: the work goes on.
        with self._lock, suppress(OSError):
            self._stream.write(json.dumps(line, ensure_ascii=True, default=str) + "\n")
            self._stream.flush()


def kind_of(error: BaseException) -> str:
    """What an error may say in a log: our own words, of any other only its kind and place.

    The text of another error can hold what somebody recorded.
    """
    if isinstance(error, ProtocolkitError):
        return f"{type(error).__name__}: {error}"
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f" in {trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"
