"""Whether somebody watches the deadlines of a store: what every command on cases says if not.

It costs a few questions that an index answers. Imports the guard's mark and the store's
interface.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from protocolkit.semantics.time import FOREVER
from protocolkit.store.base import Store
from protocolkit.workers.guard import APART, MARK

SILENT = timedelta(minutes=10)
"""After so long without a sign of life a worker counts as dead."""


_MINUTE = timedelta(minutes=1)


def warning(store: Store, now: datetime, start: str) -> str:
    """What is wrong with the workers of a store, in a line; "" when all is well.

    `start` is the command that starts a worker. Raises: StoreError.
    """
    held = store.marks().get(MARK)
    if held is not None:
        return (
            "Careful: no deadline passes and nothing is sent, because a clock is in doubt "
            f"({held.partition(' ')[2].rstrip('.') or held}). See `protocolkit doctor`."
        )
    apart = now - (store.clock() or now)
    if abs(apart) > APART:
        side = "ahead of" if apart > timedelta() else "behind"
        return (
            f"Careful: the clock of this machine is {round(abs(apart) / _MINUTE)} minutes {side} "
            "that of the database, and what was just done may bear a wrong time. Set it right, and "
            "look at the case with `protocolkit case log`."
        )
    known = store.workers()
    # One far in the future came from a clock that was wrong, and says nothing of now.
    if any(abs(now - one.beat_at) <= SILENT for one in known):
        return ""
    if not store.due(FOREVER, 1) and not store.figures(now).unsent:
        return ""  # nothing waits for one
    seen = known[0].beat_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if known else ""
    since = (
        f"no worker has been at work since {seen}" if seen else "no worker has ever been at work"
    )
    return f"Careful: {since}, so nobody is told of what is late. Start one: `{start}`"
