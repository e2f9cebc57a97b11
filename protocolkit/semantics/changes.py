"""What an event does to a case: about forty concrete changes, with their JSON form.

A change holds every instant it needs, so that replay does no calendar arithmetic, evaluates
no condition and reads no protocol: what an event did in one year it does in every year.
Imports ground.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal, TypeAlias

from protocolkit.ground.record import EMPTY, Record

FactValue: TypeAlias = bool | int | str | date | frozenset[str]

Verdict: TypeAlias = Literal["holds", "pending", "broken", "kept"]
"""Of a property: it holds so far, something is still to come, it is broken, or kept for good."""


class Change(Record):
    """Base; `kind` is the word in JSON."""

    kind: ClassVar[str]


class CaseOpened(Change):
    """A case begins under one version of one protocol.

    `scope` is `programme` for the standing case; `linked_from` is the case that handed it over.
    """

    kind = "case_opened"
    protocol: str
    version: str
    digest: str
    at: datetime
    scope: str = "case"
    linked_from: str = ""


class Happened(Change):
    """An occurrence: `number` counts them in the case; `event` is "" for a trigger itself.

    `of` is the instance or meeting it happened to; `item` is the recipient, holder or part that
    it was done for. `end_of_day`: `at` is 24:00 of a local day.
    """

    kind = "happened"
    number: int
    name: str
    event: str = ""
    at: datetime
    by: str = ""
    role: str = ""
    of: str = ""
    item: str = ""
    end_of_day: bool = False


class Recorded(Change):
    """A fact has a value from `at` on, as far as is now known."""

    kind = "recorded"
    fact: str
    value: FactValue
    at: datetime
    by: str = ""
    role: str = ""


class Assigned(Change):
    """A person now holds a per-case role; "" when nobody does any more."""

    kind = "assigned"
    role: str
    person: str


class Moved(Change):
    """A strand goes from one state to another; from "" at the opening of the case."""

    kind = "moved"
    strand: str
    from_: str
    to: str
    at: datetime


class MeetingSet(Change):
    """A meeting has a date, or another one."""

    kind = "meeting_set"
    meeting: str
    name: str
    planned_at: datetime


class MeetingEnded(Change):
    """A meeting was held, adjourned or called off; `attended` maps a person to the
    role whose seat they filled."""

    kind = "meeting_ended"
    meeting: str
    status: str
    attended: Mapping[str, str] = EMPTY


class Opened(Change):
    """A follow-up is owed from now on.

    `opener` is the number of the occurrence that opened it (0: a state, whose `visit` it then
    belongs to, or a condition). `anchor_at` is what its limit counts from; None as long as
    that has no date. `series_at` is where a recurrence started; `period` counts its periods
    from 1. `meeting` is the one meeting it is about. `item` is the one recipient it is for,
    `holder` the one role that owes it, when there is an instance for each.
    """

    kind = "opened"
    instance: str
    follow_up: str
    at: datetime
    opener: int = 0
    anchor_at: datetime | None = None
    aim: datetime | None = None
    due: datetime | None = None
    outer: datetime | None = None
    end_of_day: bool = False
    period: int = 0
    series_at: datetime | None = None
    meeting: str = ""
    visit: str = ""
    item: str = ""
    holder: str = ""


class LeftOut(Change):
    """A follow-up is not opened for one of those it is for: the protocol leaves them out.

    `unknown`: nobody knows yet whether it should, and the protocol says to leave them out.
    """

    kind = "left_out"
    follow_up: str
    item: str
    opener: int = 0
    at: datetime
    unknown: bool = False


class Done(Change):
    """One part of a follow-up, or one holder's share in it, is done.

    `by` is the number of the occurrence that did it; 0 for saying so.
    """

    kind = "done"
    instance: str
    item: str
    at: datetime
    by: int = 0
    person: str = ""
    role: str = ""


class Paused(Change):
    """The clock of an open follow-up stops.

    `left` keeps what was left of each instant that is still to come (`aim`, `due`, `outer`):
    microseconds for a limit in hours, counted days for one in days. The others stay.
    """

    kind = "paused"
    instance: str
    at: datetime
    left: Mapping[str, int] = EMPTY


class Reopened(Change):
    """A follow-up is owed again: what had ended it was entered in error."""

    kind = "reopened"
    instance: str
    at: datetime
    because: str = ""


class Redated(Change):
    """A follow-up has other instants: its meeting moved, its anchor came, it was extended.

    `meeting` is the one it is about from now on, if it was about none or (`untied`) the one it
    was about was called off or set in error. A clock that was stopped goes on. `opened_at`, if
    given, is when it opened in truth.
    """

    kind = "redated"
    instance: str
    at: datetime
    anchor_at: datetime | None = None
    aim: datetime | None = None
    due: datetime | None = None
    outer: datetime | None = None
    end_of_day: bool = False
    meeting: str = ""
    untied: bool = False
    because: str = ""
    opened_at: datetime | None = None


class Overdue(Change):
    """An open follow-up is late from `at` on."""

    kind = "overdue"
    instance: str
    at: datetime


class Ended(Change):
    """A follow-up is no longer owed.

    `status` is met, satisfied-by, declined, waived or cancelled; `late` tells whether it was
    done after the due instant; `by` is the number of the occurrence that ended it.
    """

    kind = "ended"
    instance: str
    status: str
    at: datetime
    late: bool = False
    by: int = 0
    because: str = ""


class Deferred(Change):
    """Whether a follow-up opens cannot be told yet: a fact is unknown.

    It would open by an occurrence, in a `visit`, or by a condition, `at` that instant.
    """

    kind = "deferred"
    follow_up: str
    opener: int
    visit: str = ""
    at: datetime
    end_of_day: bool = False


class Settled(Change):
    """A deferred opening is decided, or no longer matters."""

    kind = "settled"
    follow_up: str
    opener: int
    visit: str = ""
    at: datetime


class NextPeriod(Change):
    """A recurrence opens its next period at `at`; None: it waits for what it counts from, or,
    without a `period`, it has ended.

    `series_at` is what its periods count from, with `end_of_day` 24:00 of a local day.
    """

    kind = "next_period"
    series: str
    follow_up: str
    opener: int
    visit: str = ""
    period: int = 0
    series_at: datetime | None = None
    end_of_day: bool = False
    at: datetime | None = None


class LadderStarted(Change):
    """A ladder watches a state visit or an instance (`of`)."""

    kind = "ladder_started"
    run: str
    escalation: str
    of: str
    at: datetime
    end_of_day: bool = False


class LadderDated(Change):
    """The next level of a ladder, and its instant; None when it has none yet or no more.

    `fixed_at` is the recording that fixed it: a level is never dated before its cause.
    """

    kind = "ladder_dated"
    run: str
    level: int
    next_at: datetime | None = None
    end_of_day: bool = False
    fixed_at: datetime


class LevelReached(Change):
    """A level of a ladder came: it did its work, or was skipped.

    `past`: it came before the case was kept here, so nothing was sent (ruling 32).
    """

    kind = "level_reached"
    run: str
    level: int
    id: str
    at: datetime
    skipped: bool = False
    past: bool = False


class LadderStopped(Change):
    """A ladder has nothing left to watch."""

    kind = "ladder_stopped"
    run: str


class Told(Change):
    """A notice goes to a role: about what, never any content."""

    kind = "told"
    role: str
    about: str
    at: datetime
    person: str = ""


class Handed(Change):
    """A role may act too, as long as the ladder's state visit or instance lasts."""

    kind = "handed"
    role: str
    of: str


class Judged(Change):
    """A condition that is watched has this value from now on."""

    kind = "judged"
    watch: str
    value: bool


class PropertyJudged(Change):
    """It stands otherwise with a property from now on; `was` is the verdict before.

    `state` is what its monitor remembers; `due` is when what is pending must have come.
    """

    kind = "property_judged"
    property: str
    verdict: Verdict
    state: tuple[str, ...] = ()
    due: datetime | None = None
    was: Verdict = "holds"


class Wake(Change):
    """When a watched condition must be judged again because time passes; None: never."""

    kind = "wake"
    at: datetime | None = None
    past: bool = False


class ReasonGiven(Change):
    """An act was refused for this reason: the rule, never any text."""

    kind = "reason_given"
    name: str
    path: tuple[str, ...] = ()


class Signed(Change):
    """Somebody agreed to an act with this content; `content` is its digest.

    `trigger` is the act, or what several may do together to a follow-up: `extend call/1`. `role`
    is the one they signed for; "" when they only proposed it.
    """

    kind = "signed"
    trigger: str
    content: str
    person: str
    role: str = ""
    at: datetime


class ProposalEnded(Change):
    """The sign-offs for an act count no longer, `because` it was done, changed, a veto, or one
    was taken-back.
    """

    kind = "proposal_ended"
    trigger: str
    because: str


class Offered(Change):
    """A hand-over to another protocol was offered by the occurrence with a number."""

    kind = "offered"
    link: str
    opener: int
    at: datetime


class HandedOver(Change):
    """An offered hand-over was accepted, into the case `to` there; "" when it was turned down."""

    kind = "handed_over"
    link: str
    opener: int
    at: datetime
    to: str = ""


class Voided(Change):
    """An entry of the case was made in error: what it told does not count any more.

    `entry` is its sequence number, `occurrences` the numbers of what it said had happened;
    `same_as` is the entry that it repeats.
    """

    kind = "voided"
    entry: int
    occurrences: tuple[int, ...] = ()
    same_as: int = 0


class NeverHappened(Change):
    """What followed only from an error does not count either: the numbers of occurrences."""

    kind = "never_happened"
    occurrences: tuple[int, ...]


class Withdrawn(Change):
    """A follow-up opened only because of an error: it does not count any more."""

    kind = "withdrawn"
    instance: str


class LastOpened(Change):
    """Which one opened last of a follow-up, after an error was put right."""

    kind = "last_opened"
    instance: str


class FactCorrected(Change):
    """The value of a fact that was recorded as its entry `number` (from 0) is another one.

    None: it was never so.
    """

    kind = "fact_corrected"
    fact: str
    number: int
    value: FactValue | None = None


class DaysClosed(Change):
    """An office is closed on more days than its calendar says; `digest` is that of the new one."""

    kind = "days_closed"
    calendar: str
    days: tuple[str, ...]
    digest: str = ""


class Migrated(Change):
    """The case goes on under another text of its protocol.

    `names` maps, for each section, what has another name now to that name; "" is what the new
    text does not have. A state is named `strand.state`. `values` maps values of facts, by the old
    name of the fact; a value without a new one is not known any more. `instances` are the
    follow-ups whose number is another one, because two go on under one name.
    """

    kind = "migrated"
    digest: str
    version: str = ""
    names: Mapping[str, Mapping[str, str]] = EMPTY
    values: Mapping[str, Mapping[str, str]] = EMPTY
    instances: Mapping[str, str] = EMPTY


class CaseReopened(Change):
    """What had closed the case was an error, and no move of it: it is open."""

    kind = "case_reopened"


class CaseClosed(Change):
    """Every strand is in a final state."""

    kind = "case_closed"
    at: datetime


CHANGES: Mapping[str, type[Change]] = {cls.kind: cls for cls in Change.__subclasses__()}
"""Every change by its word."""


def to_json(change: Change) -> dict[str, Any]:
    """The change as JSON values; fields that have their default are left out."""
    found: dict[str, Any] = {"change": change.kind}
    for name, field, default in _WRITTEN[change.kind]:
        value = getattr(change, field)
        if value is default or (value == default and type(value) is type(default)):
            continue
        found[name] = value if type(value) in _AS_IT_IS else _plain(value)
    return found


def from_json(data: Mapping[str, Any]) -> Change:
    """The change that `to_json` wrote.

    Raises: ValueError: no such change, or a field it does not have.
    """
    kind = str(data.get("change"))
    readers = _READERS.get(kind)
    if readers is None:
        raise ValueError(f"unknown change {kind!r}")
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name == "change":
            continue
        if name not in readers:
            raise ValueError(f"{kind} has no {name}")
        field, read = readers[name]
        values[field] = None if value is None else read(value)
    return CHANGES[kind](**values)


def instant_text(instant: datetime) -> str:
    """An instant as text: UTC, microseconds only when there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_from(text: str) -> datetime:
    """The instant that a text from `instant_text` names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def value_to_json(value: FactValue) -> Any:
    """A fact's value as JSON: a date as `{"date": ...}`, a set of roles as a sorted list."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def value_from_json(value: Any) -> FactValue:
    """The value that `value_to_json` wrote."""
    if isinstance(value, list):
        return frozenset(value)
    if isinstance(value, Mapping):
        return date.fromisoformat(value["date"])
    if isinstance(value, bool | int | str):
        return value
    raise ValueError(f"not the value of a fact: {value!r}")


_AS_IT_IS = frozenset({bool, int, str, type(None)})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, frozenset | date):
        return value_to_json(value)
    if isinstance(value, tuple):
        return list(value)
    return dict(sorted(value.items()))


def _read(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _reader(cls: type[Change], field: str) -> Callable[[Any], Any]:
    """What makes a field of a change from JSON."""
    if "datetime" in str(cls.__annotations__[field]):
        return instant_from
    return value_from_json if field == "value" and cls in (Recorded, FactCorrected) else _read


_WRITTEN = {
    kind: tuple((field.rstrip("_"), field, default) for field, default in cls._fields.items())
    for kind, cls in CHANGES.items()
}
"""By the word of a change: the name in JSON of each field, the field, its default."""

_READERS = {
    kind: {field.rstrip("_"): (field, _reader(cls, field)) for field in cls._fields}
    for kind, cls in CHANGES.items()
}
"""By the word of a change, and the name in JSON of a field of it: the field, what reads it."""
