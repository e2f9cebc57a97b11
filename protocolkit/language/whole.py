"""What can only be judged when all of a protocol has been read: names, conditions, time.

Each part takes the reader with what it kept aside, and reports to it. A name whose own
declaration is in error is not missing: what depends on it is left alone until that is
mended. Imports the reader, the model, conditions and ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from protocolkit.conditions.names import Names
from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import (
    Attendee,
    Condition,
    Day,
    Is,
    Phrase,
    Span,
    Word,
    atoms,
    inner,
)
from protocolkit.conditions.terms import term_cycle
from protocolkit.conditions.types import check_types
from protocolkit.ground.calendars import Calendar, business_days
from protocolkit.ground.findings import Place, Related
from protocolkit.ground.limits import Duration, OccurrenceRef, shorter_for_every_start
from protocolkit.ground.record import Record
from protocolkit.language import wording
from protocolkit.language.reader import Reader
from protocolkit.language.tree import Scalar
from protocolkit.language.values import Said, Use
from protocolkit.model.case import Move
from protocolkit.model.names import names_of
from protocolkit.model.programme import Parameter
from protocolkit.model.protocol import Protocol

_HAPPENS = ("trigger", "meeting", "follow_up", "exception")
_READ = ("fact", "term", "strand", "follow_up")
_LOOKED_AT = range(2024, 2034)
_LONGEST_YEARS = 100


class NewValue(Record):
    """A parameter's value that an overlay set, and where."""

    parameter: str
    place: Place


def judge(reader: Reader, protocol: Protocol, set_values: tuple[NewValue, ...] = ()) -> None:
    """Report what is wrong with a protocol as a whole."""
    names = names_of(protocol)
    _names(reader)
    _occurrences(reader, names)
    _conditions(reader, names, _in_error(reader, protocol, names))
    _states(reader, protocol)
    usable = _calendars(reader, protocol)
    _business_days(reader, protocol, usable)
    _floors(reader, protocol, usable, {new.parameter: new.place for new in set_values})


def _names(reader: Reader) -> None:
    """One name may not mean two things where a condition or a limit could mean either."""
    for kinds in (_READ, _HAPPENS):
        seen: dict[str, tuple[str, Scalar]] = {}
        for kind in kinds:
            for name, node in reader.declared.names[kind].items():
                if name not in seen or seen[name][1] is node:
                    seen[name] = (kind, node)
                    continue
                other, first = seen[name]
                what = wording.words(other)
                reader.report(
                    "PK002",
                    f"`{name}` is the name of {wording.a(wording.words(kind))} here and of "
                    f"{wording.a(what)} in line {first.line}; a condition or a limit that says "
                    f"`{name}` could mean either.",
                    node.place,
                    (wording.section(kind), name),
                    "rename one of the two",
                    related=(Related(place=first.place, label=f"the {what}"),),
                )


# -- what happens ----------------------------------------------------------------------


def _occurrences(reader: Reader, names: Names) -> None:
    for said in reader.occurrences:
        found: OccurrenceRef = said.what
        if found.name not in names.occurrences and reader.declared.knows(_HAPPENS, found.name):
            continue  # declared, but in error itself: reported there
        problem = _occurrence_problem(reader, found, names)
        if problem:
            message, help, shown = problem
            offset = _offset(said.node.text, found.name)
            place = reader.part(said.node, offset, len(shown))
            reader.report("PK101", message, place, said.path, help)


def _offset(text: str, name: str) -> int:
    """Where a name stands in a text that was read and holds it as a word."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return found.start() if found else 0


def _occurrence_problem(
    reader: Reader, found: OccurrenceRef, names: Names
) -> tuple[str, str, str] | None:
    events = names.occurrences.get(found.name)
    if events is None:
        return (
            f"Nothing that happens is called `{found.name}`.",
            reader.guess(found.name, names.occurrences) or "declare it under `triggers`",
            found.name,
        )
    if found.event in events:
        return None
    shown = f"{found.name}.{found.event}" if found.event else found.name
    usable = sorted(f"{found.name}.{event}" for event in events if event)
    if not usable:
        return (
            f"`{found.name}` is an act: it happens, and nothing happens to it.",
            f"write just `{found.name}`",
            shown,
        )
    if not found.event:
        message = f"`{shown}` alone is nothing that happens."
        return message, f"use one of {wording.listed(usable)}", shown
    return f"`{shown}` is nothing that happens.", reader.guess(shown, usable), shown


# -- conditions ------------------------------------------------------------------------


def _in_error(reader: Reader, protocol: Protocol, names: Names) -> frozenset[str]:
    """Names that are declared and cannot be judged by, because their element is in error."""
    declared = reader.declared.names
    states = {state for strand in names.strands.values() for state in strand}
    whole = {
        "fact": {name for name, fact in protocol.facts.items() if fact.type},
        "term": set(names.terms),
        "strand": set(names.strands),
        "state": states,
        "follow_up": set(protocol.follow_ups),
        "trigger": set(protocol.triggers),
        "meeting": set(protocol.meetings),
        "role": set(protocol.roles),
        "exception": set(names.occurrences),
    }
    broken = {name for kind, good in whole.items() for name in declared[kind] if name not in good}
    for finding in reader.findings:
        if finding.path[:1] == ("facts",) and len(finding.path) > 1:
            broken.add(str(finding.path[1]))
    return frozenset(broken)


def _conditions(reader: Reader, names: Names, in_error: frozenset[str]) -> None:
    unsure = bool(reader.declared.unread & {*_READ, *_HAPPENS, "role", "state"})
    for said in reader.conditions:
        condition: Condition = said.what
        for atom in atoms(condition):
            if in_error.isdisjoint(_named(atom)):
                _typed(reader, names, atom, said, unsure)
        for phrase in _phrases(condition):
            if isinstance(phrase, Attendee) and said.key != "counts_if":
                reader.report(
                    "PK401",
                    "`attendee` only means somebody in `counts_if` of a meeting.",
                    _at(reader, said, phrase),
                    said.path,
                    "name a role instead",
                )
            elif isinstance(phrase, Day):
                place = _at(reader, said, phrase)
                reader.refuse_year(phrase.value.year, "PK401", place, said.path)
            elif isinstance(phrase, Span) and not phrase.parameter:
                reader.durations.append(said._replace(what=phrase.length))
        for reference in references(condition):
            if reference.kind == "parameter":
                reader.parameters_used.add(reference.name)
            place = reader.part(said.node, reference.offset, reference.length)
            reader.uses.append(
                Use(kinds=(reference.kind,), name=reference.name, path=said.path, place=place)
            )
    cycle = term_cycle(names.terms)
    if cycle:
        path = ("terms", cycle[0])
        key, _ = reader.nodes[path]
        reader.report(
            "PK401",
            "These terms explain each other in a circle: " + " -> ".join(cycle) + ".",
            key.place if key else None,
            path,
            "say one of them without the others",
        )


def _typed(reader: Reader, names: Names, atom: Condition, said: Said, unsure: bool) -> None:
    for problem in check_types(atom, names):
        if unsure and problem.kind == "undefined":
            continue
        reader.report(
            "PK101" if problem.kind == "undefined" else "PK401",
            problem.message,
            reader.part(said.node, problem.offset, problem.length),
            said.path,
            problem.help,
        )


def _named(atom: Condition) -> Iterator[str]:
    for reference in references(atom):
        yield reference.name
    if isinstance(atom, Is):
        yield from (value.text for value in atom.values if isinstance(value, Word))


def _phrases(phrase: Phrase) -> Iterator[Phrase]:
    yield phrase
    for part in inner(phrase):
        yield from _phrases(part)


def _at(reader: Reader, said: Said, phrase: Phrase) -> Place:
    return reader.part(said.node, phrase.start, phrase.end - phrase.start)


# -- states and strands ----------------------------------------------------------------


def _states(reader: Reader, protocol: Protocol) -> None:
    """A move stays in one strand; elsewhere the name of a state tells its strand."""
    strands = {name: set(strand.states) for name, strand in protocol.strands.items()}
    several = {
        state
        for states in strands.values()
        for state in states
        if sum(state in other for other in strands.values()) > 1
    }
    for trigger in protocol.triggers.values():
        for move in trigger.moves:
            _move(reader, move, strands)
    for use in reader.uses:
        if use.kinds == ("state",) and use.name in several and "moves" not in use.path:
            found = wording.listed(name for name, states in strands.items() if use.name in states)
            reader.report(
                "PK101",
                f"`{use.name}` is a state of several strands: {found}.",
                use.place,
                use.path,
                "give the state another name in one of them",
            )


def _move(reader: Reader, move: Move, strands: dict[str, set[str]]) -> None:
    ends = [*move.from_, move.to]
    known = {state for states in strands.values() for state in states}
    if not move.from_ or not known.issuperset(ends):
        return  # reported where the name stands
    if move.strand:
        strange = [state for state in ends if state not in strands.get(move.strand, known)]
        if strange:
            reader.report(
                "PK101",
                f"`{strange[0]}` is not a state of the strand `{move.strand}`.",
                reader.where(move.below("strand")),
                move.below("strand"),
                reader.guess(strange[0], strands[move.strand]),
            )
        return
    fitting = [name for name, states in strands.items() if states.issuperset(ends)]
    if not fitting:
        reader.report(
            "PK101",
            f"No strand has all of {wording.listed(dict.fromkeys(ends))}: a move stays in one "
            "strand.",
            reader.where(move.below("to")),
            move.below("to"),
            "write one move for each strand",
        )
    elif len(fitting) > 1:
        reader.report(
            "PK005",
            f"Several strands have these states: {wording.listed(fitting)}.",
            reader.where(move.path),
            move.path,
            f"add `strand: {fitting[0]}`",
        )


# -- time ------------------------------------------------------------------------------


def _calendars(reader: Reader, protocol: Protocol) -> dict[str, Calendar]:
    """The calendars on which days can be counted; the others are reported."""
    usable: dict[str, Calendar] = {}
    for name, office in protocol.calendars.items():
        if office.calendar is None or not office.calendar.open:
            continue  # its hours are in error
        if any(business_days(office.calendar, year) for year in _LOOKED_AT):
            usable[name] = office.calendar
            continue
        reader.report(
            "PK006",
            f"The calendar `{name}` has no business day: every day that it opens is closed.",
            reader.where(office.below("closed")),
            office.below("closed"),
            "take out a rule, or add hours on another day",
        )
    return usable


def _business_days(reader: Reader, protocol: Protocol, usable: dict[str, Calendar]) -> None:
    """Business days need a calendar; without a name there must be just one to take."""
    declared = reader.declared.names["calendar"]
    default = protocol.business_days or (next(iter(declared)) if len(declared) == 1 else "")
    a_year = {
        name: sum(len(business_days(calendar, year)) for year in _LOOKED_AT) / len(_LOOKED_AT)
        for name, calendar in usable.items()
    }
    unclear: list[Said] = []
    for said in reader.durations:
        span: Duration = said.what
        if span.unit != "business days":
            continue
        named = span.calendar or default
        if not named:
            unclear.append(said)
        elif not reader.declared.knows(("calendar",), named):
            found = re.search(rf"(?<!\w)of\s+({re.escape(named)})(?!\w)", said.node.text)
            reader.report(
                "PK101",
                f"There is no calendar `{named}`.",
                reader.part(said.node, found.start(1) if found else 0, len(named)),
                said.path,
                reader.guess(named, declared) or "declare it under `calendars`",
            )
        elif named in a_year and span.amount > a_year[named] * _LONGEST_YEARS:
            reader.report(
                "PK006",
                f"On the calendar `{named}` these {span.amount} business days take more than "
                f"{_LONGEST_YEARS} years.",
                _days_in(reader, said),
                said.path,
                "check the number, and when the calendar is open",
            )
    if "calendar" in reader.declared.unread or ("business_days",) in reader.nodes:
        return  # that fault is reported already
    if unclear:
        first = min(unclear, key=lambda said: (said.node.line, said.node.column))
        more = f" (There are {len(unclear) - 1} more such places.)" if len(unclear) > 1 else ""
        message, help = (
            "Business days need a calendar, and there is none.",
            ("add `calendars: {office: {open: mon-fri 08:30-16:30}}`"),
        )
        if declared:
            message = "Which calendar do these business days follow?"
            help = f"add `business_days: {next(iter(declared))}` at the top, or write "
            help += "`business days of ...`"
        reader.report("PK101", message + more, _days_in(reader, first), first.path, help)


def _days_in(reader: Reader, said: Said) -> Place:
    found = re.search(r"business\s+days?", said.node.text)
    start, end = found.span() if found else (0, len(said.node.text))
    return reader.part(said.node, start, end - start)


# -- floors ----------------------------------------------------------------------------


def _floors(
    reader: Reader, protocol: Protocol, usable: dict[str, Calendar], set_at: dict[str, Place]
) -> None:
    """A parameter keeps to its floor: its own value, and above all one that an overlay set."""
    for parameter in protocol.parameters.values():
        if parameter.floor is None or parameter.value == "":
            continue
        for bound, message in _beyond(parameter, protocol, usable):
            place = set_at.get(parameter.id) or reader.where(parameter.below("value"))
            floor = reader.where(parameter.below("floor", bound))
            reader.report(
                "PK104" if parameter.id in set_at else "PK006",
                message,
                place,
                parameter.below("value"),
                "choose a value that keeps to the floor in every case",
                related=(Related(place=floor, label="the floor"),) if floor else (),
            )


def _beyond(
    parameter: Parameter, protocol: Protocol, usable: dict[str, Calendar]
) -> Iterator[tuple[str, str]]:
    """Each bound of the floor that the value does not keep to, with a message."""
    floor, value = parameter.floor, parameter.value
    if floor is None:
        return
    limits = (("no_longer_than", True), ("no_shorter_than", False))
    for bound, longest in limits:
        other = getattr(floor, bound)
        if other is None:
            continue
        if not isinstance(value, Duration):
            yield bound, f"`{value}` is no length of time, and the floor is `{other}`."
            continue
        first, second = (value, other) if longest else (other, value)
        verdict = _never_longer(first, second, protocol, usable)
        word = "longer" if longest else "shorter"
        if verdict is None:
            yield bound, f"`{value}` cannot be compared with the floor `{other}`."
        elif not verdict:
            yield bound, f"`{value}` can be {word} than the floor `{other}`."
    if floor.one_of and value not in floor.one_of:
        yield "one_of", f"`{value}` is none of {wording.listed(floor.one_of)}."
    for bound, sign in (("at_least", 1), ("at_most", -1)):
        number = getattr(floor, bound)
        if number is None:
            continue
        if not isinstance(value, int):
            yield bound, f"`{value}` is no number, and the floor is {number}."
        elif value * sign < number * sign:
            yield bound, f"{value} is {'less' if sign == 1 else 'more'} than the floor {number}."


def _never_longer(
    a: Duration, b: Duration, protocol: Protocol, usable: dict[str, Calendar]
) -> bool | None:
    """Is `a` never longer than `b`, with business days on the calendar that they name?"""
    default = protocol.business_days or (next(iter(usable)) if len(usable) == 1 else "")
    a, b = (
        span.replace(calendar=span.calendar or default) if span.unit == "business days" else span
        for span in (a, b)
    )
    if a == b:
        return True
    calendar = usable.get(a.calendar or b.calendar or "")
    return shorter_for_every_start(a, b, protocol.timezone or "UTC", calendar)
