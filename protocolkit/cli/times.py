"""Times as people say them: read in the protocol's own zone, and shown in it.

Imports zones.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from protocolkit.ground.errors import UsageError
from protocolkit.ground.zones import instant_of, zone

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_HOW = "Write a day and an hour, such as 2025-03-04 22:34."


def is_absolute(text: str) -> bool:
    """Whether a time says itself in which zone it is."""
    found = _TIME.fullmatch(text.strip())
    return found is not None and found[4] is not None


class Times:
    """Reads and shows times in one zone. `remarks` says what had to be settled in reading."""

    def __init__(self, zone_name: str) -> None:
        self.zone: ZoneInfo = zone(zone_name)
        self.remarks: list[str] = []

    def read(self, text: str, option: str) -> datetime:
        """The instant that a text names, in UTC.

        Without an offset it is local time. Of a time that comes twice when the clocks go back
        the first one is taken, for one that is left out when they go forward the next there is.
        Raises: UsageError: it is no time.
        """
        found = _TIME.fullmatch(text.strip())
        if found is None:
            raise UsageError(f"{option}: `{text}` is no time. {_HOW}")
        day, clock, seconds, offset = found.groups()
        late = timedelta(days=1) if clock == "24:00" and seconds in (None, ":00") else timedelta()
        if late:
            clock = "00:00"
        try:
            local = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{offset or ''}") + late
            if offset:
                return local.astimezone(UTC)
            instant = instant_of(local, self.zone)
        except (ValueError, OverflowError):
            raise UsageError(f"{option}: there is no time `{text}`. {_HOW}") from None
        self._remark(local, instant, option)
        return instant

    def _remark(self, local: datetime, instant: datetime, option: str) -> None:
        first, second = (local.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            return
        said = local.isoformat(" ", "minutes")
        if instant.astimezone(self.zone).replace(tzinfo=None) != local:
            self.remarks.append(
                f"{option}: the clocks pass over {said} that night; {self.show(instant)} is taken."
            )
            return
        other = second.isoformat(" ", "minutes")
        self.remarks.append(
            f"{option}: {said} comes twice that night; the first, {self.show(instant)}, is taken. "
            f'The other one is "{other}".'
        )

    def show(self, instant: datetime) -> str:
        """An instant in local time: `Tue 4 Mar 2025, 22:34 CST`."""
        local = instant.astimezone(self.zone)
        return self._shown(local, f"{local:%H:%M} {local.tzname()}")

    def until(self, instant: datetime) -> str:
        """A limit in local time; midnight is 24:00 of the day that ends with it."""
        local = instant.astimezone(self.zone)
        if (local.hour, local.minute, local.second) != (0, 0, 0):
            return self.show(instant)
        before = (instant - timedelta(seconds=1)).astimezone(self.zone)
        return self._shown(before, f"24:00 {before.tzname()}")

    def _shown(self, local: datetime, clock: str) -> str:
        day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
        return f"{day}, {clock}"
