"""What the engine does to put something right: facts, entries, the days of an office.

Imports the engine's answers and requests.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from protocolkit.engine.answering import Answering
from protocolkit.ground.errors import UsageError
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Standing
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request


class Correcting(Answering):
    """The commands that put the record right; what was sent and moved stands."""

    def correct(
        self,
        case: str,
        facts: Mapping[str, FactValue],
        *,
        by: Actor,
        happened_at: datetime | None = None,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Replace what was recorded of facts: the last value, or the one at `happened_at`.

        Follow-ups that were missed open, with their old dates; those that should not be there are
        cancelled; what people did stands. Raises: as `fire`.
        """
        request = Request(kind="correct", actor=by, at=happened_at, facts=facts)
        return self._command(case, request, key, expected_version)

    def void(
        self,
        case: str,
        entry: int,
        *,
        by: Actor,
        same_as: int = 0,
        key: str = "",
        expected_version: int | None = None,
    ) -> Standing:
        """Declare an entry of a case void, by its number in the log: it was made in error.

        `same_as` is the entry that it repeats. Both stay in the record; what was moved and sent
        stands. Raises: as `fire`.
        """
        request = Request(kind="void", actor=by, entry=entry, same_as=same_as)
        return self._command(case, request, key, expected_version)

    def close_days(
        self, protocol: str, calendar: str, days: Iterable[date], *, by: Actor, key: str = ""
    ) -> tuple[Standing, ...]:
        """An office is closed on more days: what is open in every case gets other dates.

        Cases that were told before stay as they are. A case that is opened later knows only the
        calendar of its protocol. Raises: as `fire`.
        """
        wanted = tuple(days)
        if any(type(day) is not date for day in wanted):
            raise UsageError("`days` must be dates.")
        wanted = tuple(sorted(set(wanted)))
        found: list[Standing] = []
        for head in self.store.heads(protocol=protocol):
            if head.closed and head.next_at is None:
                continue  # nothing of it is to come
            told = self._load(head.case).closures.get(calendar, ())
            more = tuple(day for day in wanted if day.isoformat() not in told)
            if more or not wanted:
                request = Request(kind="close_days", what=calendar, actor=by, days=more)
                mine = f"{key}/{head.case}" if key else ""
                found.append(self._command(head.case, request, mine, None))
        return tuple(found)

    @abstractmethod
    def _command(
        self,
        case_id: str,
        request: Request,
        key: str,
        expected_version: int | None,
        opening: Callable[[], Program] | None = None,
        asked: str = "",
    ) -> Standing:
        """Do what is asked of a case and keep it."""
