"""What can only be judged when all of a protocol has been read: names, conditions, states.

Each part takes the reader with what it kept aside, and reports to it. A name whose own
declaration is in error is not missing: what depends on it is left alone until that is
mended. Time is judged by `timing`, what comes to nothing by `idle`. Imports the reader, the
model, conditions and ground.
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
from protocolkit.conditions.terms import oversized_term, term_cycle
from protocolkit.conditions.types import check_types
from protocolkit.ground.findings import Place, Related
from protocolkit.ground.limits import Limit, OccurrenceRef
from protocolkit.language import wording
from protocolkit.language.grammars import Said
from protocolkit.language.idle import judge_idle
from protocolkit.language.reader import Reader
from protocolkit.language.scopes import judge_scopes
from protocolkit.language.timing import NewValue, judge_time
from protocolkit.language.tree import Scalar
from protocolkit.language.values import MOST_NOTED
from protocolkit.model import words
from protocolkit.model.case import Move
from protocolkit.model.names import names_of
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import PROGRAMME

_HAPPENS = ("trigger", "meeting", "follow_up", "exception")
_NAMED = (*_HAPPENS, "fact")
_READ = ("fact", "term", "strand", "follow_up")


def judge(reader: Reader, protocol: Protocol, set_values: tuple[NewValue, ...] = ()) -> None:
    """Report what is wrong with a protocol as a whole."""
    names = names_of(protocol)
    doubtful = _names(reader) | _in_error(reader, protocol, names)
    _occurrences(reader, names)
    _conditions(reader, names, doubtful)
    _states(reader, protocol)
    _links(reader, protocol)
    judge_idle(reader, protocol)
    judge_scopes(reader, protocol)
    judge_time(reader, protocol, set_values)


def _names(reader: Reader) -> frozenset[str]:
    """One name may not mean two things where a condition or a limit could mean either.

    Returns the names that do.
    """
    doubled: set[str] = set()
    for kinds in (_READ, _HAPPENS):
        seen: dict[str, tuple[str, Scalar]] = {}
        for kind in kinds:
            for name, node in reader.declared.names[kind].items():
                if name not in seen or seen[name][1] is node:
                    seen[name] = (kind, node)
                    continue
                doubled.add(name)
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
    return frozenset(doubled)


# -- what happens ----------------------------------------------------------------------


def _occurrences(reader: Reader, names: Names) -> None:
    limits = {said.path: said.what for said in reader.limits}
    for said in reader.occurrences:
        found: OccurrenceRef = said.what
        if found.name not in names.occurrences and reader.declared.knows(_NAMED, found.name):
            continue  # declared, but in error itself: reported there
        if found.name in names.facts and "" not in names.occurrences[found.name]:
            problem = _fact_problem(reader, said, names, limits.get(said.path))
        else:
            problem = _occurrence_problem(reader, found, names)
        if problem:
            message, help, shown = problem
            offset = _offset(said.node.text, found.name)
            place = reader.part(said.node, offset, len(shown))
            reader.report("PK101", message, place, said.path, help)


def _fact_problem(
    reader: Reader, said: Said, names: Names, limit: Limit | None
) -> tuple[str, str, str] | None:
    """A fact happens when it is recorded; the due time may count from the day that it names."""
    found: OccurrenceRef = said.what
    name, is_day = found.name, names.facts[found.name].type == "date"
    recorded = f"`{name}.recorded` is when it was written down"
    if found.event:
        if found.event not in words.FACT_EVENTS or limit is None or limit.direction == "after":
            return _occurrence_problem(reader, found, names)
        help = f"write `before {name}` to count back from that day"
        if not is_day:
            help = "count with `after`, or back from a meeting or a fact that is a date"
        return f"{recorded}, and nothing can be done before that any more.", help, str(found)
    if not is_day:
        help = f"write `{name}.recorded` for when it was written down"
        if limit is not None:
            help += "; of facts only a date can be counted from"
        return f"`{name}` alone is nothing that happens.", help, name
    if limit is None:
        help = f"the condition `reached({name})` asks for that day; {recorded}"
        return f"`{name}` alone is nothing that happens: it is a date.", help, name
    if said.path[0] != "follow_ups" or said.key != "due":
        help = f"write `{name}` under `due`, or name what happens; {recorded}"
        return f"Only `due` of a follow-up counts from a date such as `{name}`.", help, name
    if limit.anchor is not None and limit.anchor.pick != "opening":
        help = f"write `{limit.direction} {name}`"
        return f"`{name}` is a date, and has no first or last.", help, name
    if (*said.path[:-1], "every") in reader.nodes:
        message = f"With `every` the due time counts from each period, not from `{name}`."
        return message, f"leave out `every`, or `{limit.direction} {name}`", name
    return None


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
    broken |= {name for _, name in reader.declared.small}
    for finding in reader.findings:
        if finding.path[:1] == ("facts",) and len(finding.path) > 1:
            broken.add(str(finding.path[1]))
    return frozenset(broken)


def _conditions(reader: Reader, names: Names, doubtful: frozenset[str]) -> None:
    unsure = bool(reader.declared.unread & {*_READ, *_HAPPENS, "role", "state"})
    for said in reader.conditions:
        condition: Condition = said.what
        for atom in atoms(condition) if reader.noted < MOST_NOTED else ():
            if doubtful.isdisjoint(_named(atom)):
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
    elif big := oversized_term(names.terms):
        path = ("terms", big)
        key, _ = reader.nodes[path]
        reader.report(
            "PK401",
            f"The term `{big}`, with the terms it is made of, is too long to follow.",
            key.place if key else None,
            path,
            "say it with fewer terms inside terms",
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


def _links(reader: Reader, protocol: Protocol) -> None:
    """A hand-over is accepted like an act and declined like a follow-up, by its name."""
    for name, link in protocol.links.items():
        if name == PROGRAMME:  # from the case `x` it would open the case `x.programme`
            reader.report(
                "PK006",
                f"A hand-over cannot be named `{name}`: cases of that name are for programmes.",
                reader.where(link.path),
                link.path,
                "give it another name, such as where it hands over to",
            )
        for other in (protocol.triggers.get(name), protocol.follow_ups.get(name)):
            if other is not None:
                place = reader.where(other.path)
                reader.report(
                    "PK002",
                    f"`{name}` is the name of a link and of something else that is done by name.",
                    reader.where(link.path),
                    link.path,
                    "rename one of the two",
                    related=(Related(place=place, label="the other"),) if place else (),
                )


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
    known = {state for states in strands.values() for state in states}
    for trigger in protocol.triggers.values():
        for move in trigger.moves:
            _move(reader, move, strands, known)
    for name, path, node in reader.states_named:
        if name in several and "moves" not in path:
            found = wording.listed(strand for strand, states in strands.items() if name in states)
            reader.report(
                "PK101",
                f"`{name}` is a state of several strands: {found}.",
                node.place,
                path,
                "give the state another name in one of them",
            )


def _move(reader: Reader, move: Move, strands: dict[str, set[str]], known: set[str]) -> None:
    ends = [*move.from_, move.to]
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
