"""A matrix of absences in words: lengths of time, hours of the week, and whole sentences.

What the terminal and the page say alike. Imports the matrix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from protocolkit.ground.calendars import print_open
from protocolkit.ground.zones import zone
from protocolkit.proofs.absences import Outcome, Standing
from protocolkit.proofs.contingency import HOLE, PART, Cover, Matrix, Tie
from protocolkit.proofs.duty import DAY, WEEK, Stretch, Wait
from protocolkit.proofs.hearing import Hearing, Word

UNSTATED = "then until they are on duty, and their hours are not stated"
SOONER = "sooner if a condition is true, or if somebody without stated hours is there"
INTERNAL = "INTERNAL: this shows where the cover is thin. Do not hand it on."
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOW = {
    "acts": (".", "somebody it waits for is there, and it can go on"),
    "unstated": ("?", "only somebody can lead it on whose hours are not stated"),
    "others": ("o", "only somebody else can lead it on, or whom a ladder lets in"),
    "hears": ("h", "nobody can lead it on, but somebody hears of it"),
    "nobody": ("X", "nobody can lead it on, and nobody hears of it"),
}
"""The sign of each way in which a case can stand, and what it says."""
_SORT = {"agency": " (agency)", "person": " (person)"}
SIGNS = {
    ".": "somebody is on duty",
    "o": "only somebody whom a ladder lets in",
    "?": "hours not stated",
    "x": "nobody for part of the hour",
    "X": "nobody is on duty",
}


def length(time: timedelta, *, short: bool = False) -> str:
    """A length of time in its two largest units; "at once" for none at all."""
    minutes = time // timedelta(minutes=1)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    said = [
        f"{number} {unit[0] if unit != 'minute' else 'min'}"
        if short
        else f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in parts
        if number
    ]
    return " ".join(said[:2]) or "at once"


def joined(names: Iterable[str], last: str = "and") -> str:
    """Names as a person lists them."""
    *first, end = list(names) or ["nobody"]
    return f"{', '.join(first)} {last} {end}" if first else end


def hours(stretches: Iterable[Stretch]) -> str:
    """Hours of the week: `Mon-Fri 08:30-16:30`, `Fri 16:30 to Mon 08:30`."""
    within: list[tuple[int, int, int]] = []
    over: dict[tuple[int, int, int], list[int]] = {}
    for one in stretches:
        day, start = divmod(one.start, DAY)
        last, end = divmod(one.end, DAY)
        if one.end - one.start == WEEK:
            return "all week"
        if last == day or (last == day + 1 and not end):
            within.append((day, start, end or DAY))
        else:
            over.setdefault((start, last - day, end), []).append(day)
    said = [print_open(within).title()] if within else []
    for (start, nights, end), days in over.items():
        first, ends = days[0], _day(days[0] + nights)
        if len(days) == 1:
            said.append(f"{_day(first)} {_clock(start)} to {ends} {_clock(end)}")
        else:
            run = days[-1] - first + 1 == len(days)
            which = f"{_day(first)}-{_day(days[-1])}" if run else ", ".join(map(_day, days))
            said.append(f"{which} {_clock(start)} to {_clock(end)} of the next day")
    return "; ".join(said)


def _day(number: int) -> str:
    return DAYS[number % 7]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def hears_short(one: Outcome) -> str:
    """When the first human hears at worst, in a word or two; "-" for no later than now."""
    if one.absence.kind == "nobody":
        waits = [standing.hears for standing in one.standings]
        return _after(max(waits, key=lambda wait: wait.lateness)) if waits else "-"
    return _after(one.hears[0]) if one.hears else "-"


def _after(hearing: Hearing) -> str:
    sure, star = hearing.surely, "*" if hearing.sooner is not None else ""
    if sure is None:
        return f"never{star}"
    return length(sure.within, short=True) + (star if sure.hours_known else f" +?{star}")


def heard(matrix: Matrix, hearing: Hearing) -> str:
    """Who hears first of something that waits, and how late, as the end of a sentence."""
    sure = hearing.surely
    said = "nobody ever hears of it" if sure is None else f"{_word(matrix, sure)}"
    if hearing.sooner is not None:
        sooner = _word(matrix, hearing.sooner)
        otherwise = "otherwise nobody ever hears" if sure is None else f"at the latest {said}"
        return f"{sooner}; {otherwise}"
    return said


def _word(matrix: Matrix, word: Word) -> str:
    names = joined((matrix.name("roles", role) for role in word.roles[:4]), "or")
    if len(word.roles) > 4:
        names = "one of " + joined(matrix.name("roles", role) for role in word.roles)
    when = "at once" if not word.within else f"within {length(word.within)}"
    said = f"{names} {when}"
    if not word.hours_known:
        said += " if on duty (hours not stated)"
    return f"{said}, if {word.only_if}" if word.only_if else said


def named(one: Outcome) -> str:
    """Who is gone, with what sort of absence it is."""
    return f"{one.absence.title}{_SORT.get(one.absence.kind, '')}"


def shown(matrix: Matrix) -> list[Outcome]:
    """The absences worth a row: an agency of a single role would say the same again."""
    return [
        one for one in matrix.absences if one.absence.kind != "agency" or len(one.absence.roles) > 1
    ]


# -- at a glance ------------------------------------------------------------------------------


def glance(matrix: Matrix) -> Iterator[str]:
    """The few sentences to read first: on whom everything hangs, and when nobody is there."""
    yield from _lifelines(matrix)
    yield from _alone(matrix)
    yield from _few_persons(matrix)
    if not matrix.ladders:
        yield "When nothing happens nobody is told. The protocol has no escalation at all."
    yield from _holes(matrix)
    yield from _unstated(matrix)


def _lifelines(matrix: Matrix) -> Iterator[str]:
    if not matrix.before.can_close:
        yield "No case can be closed even with everybody there."
        return
    found = matrix.lifelines
    singles = {one.absence.roles for one in found if one.absence.kind == "role"}
    for one in found:
        inside = any({*roles} <= {*one.absence.roles} for roles in singles)
        if one.absence.kind == "agency" and inside:
            continue  # its silence takes more with it, but one of its roles is enough
        yield f"Without {named(one)} no new case can be closed."


def _alone(matrix: Matrix) -> Iterator[str]:
    movers = {standing.movers for standing in matrix.before.standings}
    if len(movers) == 1 and len(alone := next(iter(movers))) == 1:
        name = matrix.name("roles", alone[0])
        yield f"{name} alone can lead a case on, wherever it stands. Nobody stands in."


def _few_persons(matrix: Matrix) -> Iterator[str]:
    found = [tie for tie in matrix.ties if tie.only]
    if found:
        hang = "hang on a few persons each" if len(found) > 1 else "hangs on a few persons"
        yield (
            f"{len(found)} of the {matrix.working_ties} ties over which people work together "
            f"{hang}, with nothing beside."
        )
    for tie in found:
        if tie.carries:
            over = joined(f'"{matrix.names[one]}"' for one in tie.carries)
            alone = persons(tie)
            yield (
                f"{alone[0].upper()}{alone[1:]} alone "
                f"{'carries' if tie.persons == 1 else 'carry'} the tie between "
                f"{ends(matrix, tie.between)}. Over it {'goes' if len(tie.carries) == 1 else 'go'} "
                f"{over}."
            )


def persons(tie: Tie) -> str:
    """How many persons carry a tie."""
    if tie.persons is None:
        return "certain persons"
    return "one person" if tie.persons == 1 else f"{tie.persons} persons"


def ends(matrix: Matrix, between: Iterable[str]) -> str:
    """Whom a relationship joins: roles, or a role and a meeting."""
    return joined(
        matrix.names.get(f"roles.{end}") or matrix.name("meetings", end) for end in between
    )


def _holes(matrix: Matrix) -> Iterator[str]:
    for covers in grouped(matrix.covers):
        one = covers[0]
        if one.hole:
            names = _titles(covers)
            yield (
                f"Nobody is on duty for {names} in {one.empty_hours:g} of the 168 hours of a week "
                f"({hours(one.hole)}). {at_worst(matrix, one.wait)}"
            )


def at_worst(matrix: Matrix, wait: Wait) -> str:
    """How long it takes until somebody is there, with the first time at which that happens."""
    if wait.length is None:
        return "Nobody ever is."
    if not wait.length:
        return "Somebody always is."
    said = f"At worst it takes {length(wait.length)} until somebody is"
    if wait.since is not None and wait.until is not None:
        where = zone(matrix.timezone)
        since, until = (at.astimezone(where) for at in (wait.since, wait.until))
        said += f", as from {DAYS[since.weekday()]} {since:%Y-%m-%d %H:%M}"
        said += f" to {DAYS[until.weekday()]} {until:%Y-%m-%d %H:%M}"
    return f"{said}."


def _unstated(matrix: Matrix) -> Iterator[str]:
    unknown = [one for one in matrix.covers if not ({*"".join(one.week)} - {"?"})]
    if unknown:
        names = _titles(unknown)
        yield (
            f"The protocol states no hours for those who see to {names}. Nobody can tell who is "
            "there on a Saturday night."
        )


def _titles(covers: Sequence[Cover]) -> str:
    names = [f'"{one.title}"' for one in covers]
    return joined([*names[:4], f"{len(names) - 4} more"] if len(names) > 5 else names)


def grouped(covers: Iterable[Cover]) -> list[list[Cover]]:
    """Covers with the same week together, in their order."""
    found: dict[tuple[object, ...], list[Cover]] = {}
    for one in covers:
        found.setdefault((one.week, one.closed_day, one.wait), []).append(one)
    return list(found.values())


def has_holes(cover: Cover) -> bool:
    """Whether some hour, or a closed day, has nobody."""
    signs = "".join((*cover.week, cover.closed_day))
    return HOLE in signs or PART in signs


# -- one absence in full ----------------------------------------------------------------------


def outcome_in_words(matrix: Matrix, one: Outcome) -> Iterator[tuple[str, list[str]]]:
    """What becomes of cases in an absence: headings, each with sentences or names below it."""
    if one.absence.kind == "hours":
        yield "What waits until somebody is back", _names(matrix, "triggers", one.stops)
    else:
        close = "A new case can still be closed." if one.can_close else "No new case can be closed."
        yield close, []
        yield "Nobody can do any more", _names(matrix, "triggers", one.stops)
        far = _names(matrix, "triggers", one.not_reached)
        yield "Somebody could, but no new case comes that far", far
        yield (
            "Still done",
            _names(matrix, "triggers", [a for a in one.still if a not in one.not_reached]),
        )
    yield "Owed, and nobody can do it", _names(matrix, "follow_ups", one.undone)
    pairs = zip(one.standings, matrix.before.standings, strict=True)
    yield "Where a case stands", [_standing(matrix, now, then) for now, then in pairs]
    heard_later = [f"{hearing.title}: {heard(matrix, hearing)}." for hearing in one.hears]
    yield "Heard of later than with everybody there", heard_later
    levels = [level.rpartition("/") for level in one.untold]
    untold = [
        f"{matrix.name('escalations', ladder)}, level {number}" for ladder, _, number in levels
    ]
    if one.absence.kind != "hours":
        yield "Notices that reach nobody", untold
        yield "Ties that break", [ends(matrix, matrix.ends[tie]) for tie in one.ties]


def _names(matrix: Matrix, section: str, ids: Iterable[str]) -> list[str]:
    return [matrix.name(section, id_) for id_ in ids]


def _standing(matrix: Matrix, one: Standing, before: Standing) -> str:
    if one == before:
        return f"{one.title}: as with everybody there."
    movers = joined((matrix.name("roles", role) for role in one.movers), "or")
    if one.how == "nobody":
        return f"{one.title}: nobody can lead it on, and nobody ever hears of it."
    if one.how == "hears":
        return f"{one.title}: nobody can lead it on; first to hear: {heard(matrix, one.hears)}."
    acts = joined((matrix.name("triggers", act) for act in one.acts), "or")
    said = f"{one.title}: {movers} can lead it on ({acts})"
    if one.only_if:
        said += f" only if {one.only_if}, else nobody can"
    elif one.how == "others":
        said += "; nobody whom it waits for is there"
    return f"{said}; first to hear: {heard(matrix, one.hears)}."
