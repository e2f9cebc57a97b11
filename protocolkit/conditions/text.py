"""The one canonical text of a condition, which reads back as an equal condition.

Spans and numbers are printed as values, never by the name of a parameter. Imports only
`ground`.
"""

from __future__ import annotations

from protocolkit.conditions.syntax import (
    Always,
    And,
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
    Not,
    Number,
    Or,
    Reached,
    Subject,
    Truth,
    Unknown,
    Value,
    Within,
    Word,
)


def str_of(condition: Condition) -> str:
    """The canonical text of a condition."""
    match condition:
        case Or(parts=parts):
            return _alternatives(parts)
        case And(parts=parts):
            return " and ".join(
                f"({str_of(part)})" if isinstance(part, And | Or) else str_of(part)
                for part in parts
            )
        case Not(part=part):
            # `not x is a` reads two ways to a person; brackets leave one.
            plain = isinstance(part, Holds | Happened | Missed | Within | Reached | Available)
            return f"not {str_of(part)}" if plain else f"not ({str_of(part)})"
        case Holds(subject=subject):
            return str_of_subject(subject)
        case Is(subject=subject, values=values, negated=negated):
            word = "is not" if negated else "is"
            return f"{str_of_subject(subject)} {word} {' or '.join(map(str_of_value, values))}"
        case IsKnown(subject=subject, negated=negated, since=since):
            known = "not known" if negated else "known"
            return f"{str_of_subject(subject)} is {known}{f' since {since.ref}' if since else ''}"
        case Compare(subject=subject, sign=sign, bound=bound):
            return f"{str_of_subject(subject)} {sign} {str_of_value(bound)}"
        case Includes(subject=subject, role=role):
            who = "attendee" if isinstance(role, Attendee) else role.text
            return f"{str_of_subject(subject)} includes {who}"
        case Happened(of=of, since=since):
            return f"happened({of.ref}{f' since {since.ref}' if since else ''})"
        case Missed(of=of, within=within, after=after):
            return f"missed({of.ref} within {within.length} after {after.ref})"
        case Within(span=span, first=first, second=second):
            return f"within({span.length}, {first.ref}, {second.ref})"
        case Reached(fact=fact):
            return f"reached({fact.name})"
        case Available(role=role):
            return f"available({role.text})"
        case Always():
            return "always"


def str_of_subject(subject: Subject) -> str:
    """The canonical text of what a phrase asks about."""
    match subject:
        case Name(name=name):
            return name
        case FactAt(fact=fact, at=at):
            return f"{fact.name} at {at.ref}"
        case By(of=of):
            return f"by({of.name})"
        case Count(of=of, within=within, since=since):
            span = f" within {within.length}" if within else ""
            return f"count({of.ref}{span}{f' since {since.ref}' if since else ''})"
        case DaysBetween(first=first, second=second):
            return f"days_between({first.ref}, {second.ref})"
        case Attended(of=of):
            return f"attended({of.name})"


def str_of_value(value: Value) -> str:
    """The canonical text of a value."""
    match value:
        case Word(text=text):
            return text
        case Number(value=number):
            return str(number)
        case Day(value=day):
            return day.isoformat()
        case Truth(value=truth):
            return "true" if truth else "false"
        case Unknown():
            return "unknown"


def _alternatives(parts: tuple[Condition, ...]) -> str:
    """Parts joined by `or`, with brackets where a bare name would read as one more value."""
    shown: list[str] = []
    for index, part in enumerate(parts):
        bare = _begins_bare(part) and index > 0 and _ends_in_value(parts[index - 1])
        text = str_of(part)
        shown.append(f"({text})" if bare or isinstance(part, Or) else text)
    return " or ".join(shown)


def _begins_bare(condition: Condition) -> bool:
    if isinstance(condition, And):
        return _begins_bare(condition.parts[0])
    return isinstance(condition, Holds) and isinstance(condition.subject, Name)


def _ends_in_value(condition: Condition) -> bool:
    if isinstance(condition, And):
        return _ends_in_value(condition.parts[-1])
    return isinstance(condition, Is)
