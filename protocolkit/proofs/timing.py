"""How long it takes from one thing to another: the answer, as people and programs read it.

Imports ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from protocolkit.ground.findings import Path
from protocolkit.ground.record import EMPTY, Record

Verdict: TypeAlias = Literal["bounded", "unbounded", "never", "not decided"]

ON_TIME = "nobody is late with what must be done by a stated time"
NOT_WAIVED = "nothing that is owed is waived or declined"
LONG_DAYS = "days are counted at their longest: over weekends, holidays and changes of the clock"
LATE = "it comes only when somebody is late"

_HOUR, _DAY = 60, 24 * 60


class Timing(Record):
    """How long it takes from `from_` to the first `to` after it.

    `worst` is None when there is no longest time, `best` when it never comes. `if_late` is the
    longest time when people may be late: only acts of the clock can bound it. `where` maps each
    strand to the state in which a case may stay without end, `path` is the place of one of these;
    `loop` are the moves that can go round and round; `way` what happens from the start up to there.

    Units: `best`, `worst`, `if_late` in minutes.
    """

    from_: str
    to: str
    verdict: Verdict
    best: int | None = None
    worst: int | None = None
    if_late: int | None = None
    why: str = ""
    where: Mapping[str, str] = EMPTY
    loop: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    covered: str = ""
    path: Path = ()

    @property
    def in_words(self) -> str:
        """The answer, without from where to where."""
        match self.verdict:
            case "never":
                return f"never: {self.why}"
            case "not decided":
                return f"could not decide: {self.why}"
        on_time = ", if nobody is late" if ON_TIME in self.assumptions else ""
        best = "" if self.best is None else f"at best {length(self.best)}; "
        if self.verdict == "unbounded":
            said = f"{best}at worst no limit{on_time and ', even' + on_time[1:]}: {self.why}"
        elif self.worst == self.best:
            said = f"always {length(self.best or 0)}{on_time}"
        else:
            said = f"{best}at worst {length(self.worst or 0)}{on_time}"
        if self.if_late is not None and on_time and self.if_late != self.worst:
            said += f"; at worst {length(self.if_late)}, if somebody is"
        return f"{said}; {LATE}" if LATE in self.assumptions else said

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON values."""
        found = {name: getattr(self, name) for name in self._fields if name != "from_"}
        lists = {name: [*one] for name, one in found.items() if isinstance(one, tuple)}
        return {
            "from": self.from_,
            **found,
            **lists,
            "where": dict(self.where),
            "in_words": self.in_words,
        }


def length(minutes: int) -> str:
    """A span of time for people: hours up to three days, then days."""
    if not minutes:
        return "at once"
    hours, rest = divmod(minutes, _HOUR)
    days = 0
    if minutes > 3 * _DAY:
        days, hours = divmod(hours, 24)
    parts = ((days, "day"), (hours, "hour"), (rest, "minute"))
    return " ".join(f"{many} {unit}{'s' * (many != 1)}" for many, unit in parts if many)
