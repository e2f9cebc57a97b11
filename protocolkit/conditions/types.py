"""Judges whether a condition makes sense against the declared names, every fault at once.

Imports only `ground`. That terms do not go in circles is the business of `terms`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from protocolkit.conditions.names import STATUSES, FactKind, FactType, Names
from protocolkit.conditions.syntax import (
    Atom,
    Attended,
    Attendee,
    Available,
    By,
    Compare,
    Condition,
    Count,
    Day,
    DaysBetween,
    FactAt,
    Happened,
    Holds,
    Includes,
    Is,
    IsKnown,
    Missed,
    Name,
    Number,
    Occurrence,
    Phrase,
    Reached,
    Subject,
    Truth,
    Unknown,
    Value,
    Within,
    Word,
    atoms,
)
from protocolkit.conditions.text import str_of_subject, str_of_value
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record

_Given: TypeAlias = FactKind | Literal["term", "strand", "follow-up", "number", "roles"]

_WHAT: dict[str, str] = {
    "boolean": "true or false",
    "integer": "a whole number",
    "choice": "one of a list of words",
    "date": "a date",
    "set of roles": "a list of roles",
    "reference": "a reference",
    "term": "true or false",
    "strand": "a state",
    "follow-up": "the status of a follow-up",
    "number": "a whole number",
    "roles": "the roles of whoever did it",
}


class TypeProblem(Record):
    """One thing in a condition that cannot be meant so. Offsets count from 0."""

    offset: int
    length: int
    kind: Literal["undefined", "type"]
    message: str
    help: str = ""
    name: str = ""


def check_types(condition: Condition, names: Names) -> list[TypeProblem]:
    """Every name that is not declared and every comparison that cannot be meant, in order."""
    checker = _Checker(names)
    for atom in atoms(condition):
        checker.atom(atom)
    return sorted(checker.problems, key=lambda problem: problem.offset)


class _Checker:
    def __init__(self, names: Names) -> None:
        self.names = names
        self.problems: list[TypeProblem] = []

    def wrong(self, at: Phrase, message: str, help: str, name: str = "") -> None:
        self.problems.append(
            TypeProblem(
                offset=at.start,
                length=at.end - at.start,
                kind="type",
                message=message,
                help=help,
                name=name,
            )
        )

    def undefined(
        self, offset: int, length: int, name: str, message: str, known: Iterable[str]
    ) -> None:
        guess = did_you_mean(name, known)
        self.problems.append(
            TypeProblem(
                offset=offset,
                length=length,
                kind="undefined",
                message=message,
                help=f"{guess[:1].upper()}{guess[1:]}{'' if guess.endswith('?') else '.'}"
                if guess
                else "Declare it first.",
                name=name,
            )
        )

    # -- phrases -----------------------------------------------------------------------

    def atom(self, atom: Atom) -> None:
        match atom:
            case Holds(subject=subject):
                self.stands_alone(subject)
            case Is(subject=subject, values=values):
                self.compared_with(subject, values)
            case IsKnown(subject=subject, since=since):
                given = self.subject(subject)
                if given in ("strand", "follow-up"):
                    self.always_known(atom, subject)
                elif since is not None:
                    self.known_since(subject, given, since)
            case Compare(subject=subject, bound=bound):
                self.ordered(atom, subject, bound)
            case Includes(subject=subject, role=role):
                self.listed(subject, role)
            case Happened(of=of, since=since):
                self.occurrence(of)
                if since:
                    self.occurrence(since)
            case Missed(of=of, after=after):
                self.occurrence(of)
                self.occurrence(after)
            case Within(span=span, first=first, second=second):
                for end in (first, second):
                    if self.moment(end) and span.length.is_elapsed:
                        self.wrong(
                            span,
                            f"`{end.ref}` is a day, and hours or minutes cannot count from one.",
                            "Use calendar days, business days, weeks, months or years.",
                            str(span.length),
                        )
            case Reached(fact=fact):
                self.date_fact(fact)
            case Available(role=role):
                self.role(role)

    def known_since(self, subject: Subject, given: _Given | None, since: Occurrence) -> None:
        self.occurrence(since)
        is_fact = isinstance(subject, Name) and subject.name in self.names.facts
        if given is not None and not is_fact:
            shown = str_of_subject(subject)
            self.wrong(
                subject,
                f"`{shown}` is no fact that somebody records, so `since` does not fit.",
                "Leave `since` out, or name a fact.",
                shown,
            )

    def stands_alone(self, subject: Name | FactAt) -> None:
        given = self.subject(subject, alone=True)
        if given is None or given in ("boolean", "term"):
            return
        shown = str_of_subject(subject)
        self.wrong(
            subject,
            f"`{shown}` is {_WHAT[given]}, so it cannot stand alone.",
            f"Compare it, such as `{self.example(subject, given)}`.",
            shown,
        )

    def example(self, subject: Subject, given: _Given) -> str:
        shown = str_of_subject(subject)
        if given in ("integer", "number"):
            return f"{shown} >= 1"
        if given == "date":
            return f"{shown} < 2025-04-18"
        if given == "set of roles":
            return f"{shown} includes {next(iter(sorted(self.names.roles)), 'guardian')}"
        words = self.words(subject, given)
        return f"{shown} is {words[0] if words else 'known'}"

    def compared_with(self, subject: Subject, values: tuple[Value, ...]) -> None:
        given = self.subject(subject)
        if given is None:
            return
        for value in values:
            if isinstance(value, Unknown):
                if given in ("strand", "follow-up"):
                    self.always_known(value, subject)
            elif given == "roles":
                self.role(value)
            elif given == "set of roles":
                self.wrong(
                    value,
                    f"`{str_of_subject(subject)}` is a list of roles, not one of them.",
                    f"Write `{str_of_subject(subject)} includes {str_of_value(value)}`.",
                    str_of_value(value),
                )
            elif given == "reference":
                self.wrong(
                    value,
                    f"`{str_of_subject(subject)}` is a reference; what it says is not read.",
                    "Ask `is known` or `is unknown`.",
                    str_of_value(value),
                )
            else:
                self.value(subject, given, value)

    def value(self, subject: Subject, given: _Given, value: Value) -> None:
        words = self.words(subject, given)
        shown, text = str_of_subject(subject), str_of_value(value)
        if words:
            if isinstance(value, Word) and value.text in words:
                return
            name = value.text if isinstance(value, Word) else text
            help = did_you_mean(name, words)
            if isinstance(value, Word) and name in self.names.booleans():
                help = f"write `({name})` if you mean the name `{name}`"
            self.wrong(
                value,
                f"`{text}` is not one of the words for `{shown}`.",
                f"{help[:1].upper()}{help[1:]}{'' if help.endswith('?') else '.'}",
                name,
            )
            return
        fits = {
            "boolean": Truth,
            "term": Truth,
            "integer": Number,
            "number": Number,
            "date": Day,
        }.get(given, Word)
        if not isinstance(value, fits):
            self.wrong(
                value,
                f"`{shown}` is {_WHAT[given]}, so it cannot be `{text}`.",
                f"Write for example `{self.literal(shown, given)}`.",
                text,
            )

    @staticmethod
    def literal(shown: str, given: _Given) -> str:
        values = {"boolean": "true", "term": "true", "date": "2025-04-18"}
        return f"{shown} is {values.get(given, '3')}"

    def words(self, subject: Subject, given: _Given) -> tuple[str, ...]:
        """The words that a subject can be, where they are a closed list."""
        if given == "follow-up":
            return tuple(STATUSES)
        if given == "strand" and isinstance(subject, Name):
            return self.names.strands[subject.name]
        if given == "choice" and isinstance(subject, Name | FactAt):
            name = subject if isinstance(subject, Name) else subject.fact
            return self.names.facts[name.name].values
        return ()

    def always_known(self, at: Phrase, subject: Subject) -> None:
        self.wrong(
            at,
            f"`{str_of_subject(subject)}` is never unknown.",
            "Ask for one of its words.",
            str_of_subject(subject),
        )

    def ordered(self, atom: Compare, subject: Subject, bound: Number | Day) -> None:
        given = self.subject(subject)
        if given is None:
            return
        shown, text = str_of_subject(subject), str_of_value(bound)
        wanted = {"integer": Number, "number": Number, "date": Day}.get(given)
        if wanted is None:
            self.wrong(
                atom,
                f"`{shown}` is {_WHAT[given]}; it cannot be more or less than something.",
                f"Write for example `{self.example(subject, given)}`.",
                shown,
            )
        elif not isinstance(bound, wanted):
            self.wrong(
                bound,
                f"`{shown}` is {_WHAT[given]}, so it cannot be compared with `{text}`.",
                f"Write for example `{self.example(subject, given)}`.",
                text,
            )

    def listed(self, subject: Name | FactAt | Attended, role: Word | Attendee) -> None:
        given = self.subject(subject)
        if given is not None and given != "set of roles":
            shown = str_of_subject(subject)
            self.wrong(
                subject,
                f"`{shown}` is {_WHAT[given]}, not a list of roles.",
                f"Write for example `{self.example(subject, given)}`.",
                shown,
            )
        if isinstance(role, Word):
            self.role(role)

    # -- names -------------------------------------------------------------------------

    def subject(self, subject: Subject, alone: bool = False) -> _Given | None:
        """What a subject gives; None when its name is not declared (which is then noted)."""
        match subject:
            case Name(name=name):
                kind = self.names.kind_of(name)
                if kind is None:
                    self.no_subject(subject, alone)
                return self.names.facts[name].type if kind == "fact" else kind
            case FactAt(fact=fact, at=at):
                self.occurrence(at)
                found = self.fact(fact)
                return found.type if found else None
            case By(of=of):
                self.happens(of.name, "", of.start)
                return "roles"
            case Count(of=of, since=since):
                self.occurrence(of)
                if since:
                    self.occurrence(since)
                return "number"
            case DaysBetween(first=first, second=second):
                self.moment(first)
                self.moment(second)
                return "number"
            case Attended(of=of):
                return self.meeting(of)

    def no_subject(self, at: Name, alone: bool) -> None:
        name, names = at.name, self.names
        if name in names.occurrences:
            self.wrong(
                at,
                f"`{name}` is something that happens, not something that is true or false.",
                f"Ask `happened({name})`, or `count({name}) >= 1`.",
                name,
            )
        elif name in names.roles:
            self.wrong(
                at,
                f"`{name}` is a role, not something that is true or false.",
                f"Ask `available({name})`, or write the whole comparison again before it.",
                name,
            )
        elif strand := next((one for one, states in names.strands.items() if name in states), ""):
            self.wrong(
                at,
                f"`{name}` is a state, not something that is true or false.",
                f"Write `{strand} is {name}`.",
                name,
            )
        else:
            known = {*names.facts, *names.terms, *names.strands, *names.follow_ups}
            meant = names.booleans() if alone else known
            self.undefined(
                at.start,
                at.end - at.start,
                name,
                f"Nothing is called `{name}`.",
                meant if did_you_mean(name, meant).endswith("?") else known,
            )

    def fact(self, at: Name) -> FactType | None:
        found = self.names.facts.get(at.name)
        if found is None:
            self.undefined(
                at.start,
                at.end - at.start,
                at.name,
                f"No fact is called `{at.name}`.",
                self.names.facts,
            )
        return found

    def meeting(self, at: Name) -> _Given | None:
        if at.name in self.names.gatherings:
            return "set of roles"
        self.undefined(
            at.start,
            at.end - at.start,
            at.name,
            f"No meeting is called `{at.name}`.",
            self.names.gatherings,
        )
        return None

    def date_fact(self, at: Name) -> bool:
        found = self.fact(at)
        if found and found.type != "date":
            self.wrong(
                at,
                f"`{at.name}` is {_WHAT[found.type]}, not a date.",
                "Only the day of a date fact can come.",
                at.name,
            )
        return found is not None and found.type == "date"

    def role(self, at: Value) -> None:
        name = at.text if isinstance(at, Word) else str_of_value(at)
        if name not in self.names.roles:
            self.undefined(
                at.start,
                at.end - at.start,
                name,
                f"No role is called `{name}`.",
                self.names.roles,
            )

    def moment(self, at: Occurrence) -> bool:
        """Judges a date fact or an occurrence; tells whether it is a date fact."""
        ref = at.ref
        if ref.name in self.names.facts and not ref.event and ref.pick == "opening":
            return self.date_fact(
                Name(name=ref.name, start=at.name_start, end=at.name_start + len(ref.name))
            )
        self.occurrence(at)
        return False

    def occurrence(self, at: Occurrence) -> None:
        for one, start in at.named:
            self.happens(one.name, one.event, start)

    def happens(self, name: str, event: str, offset: int) -> None:
        events = self.names.occurrences.get(name)
        if events is None:
            self.undefined(
                offset,
                len(name),
                name,
                f"Nothing that happens is called `{name}`.",
                self.names.occurrences,
            )
        elif event not in events:
            named = sorted(f"{name}.{known}" if known else name for known in events)
            shown = f"{name}.{event}" if event else name
            self.undefined(
                offset,
                len(shown),
                shown,
                f"`{shown}` does not happen." if event else f"`{name}` alone does not happen.",
                named,
            )
