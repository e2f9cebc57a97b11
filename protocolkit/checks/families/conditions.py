"""Conditions: can each of them be true, and does it ask for anything?

Found by trying values: every fact has finitely many that matter, and may be unknown. What has
happened, where strands stand and how follow-ups stand is taken as free, but for what is plain
nonsense. Imports what can be told of a condition.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.said import core, is_always_true, is_never_true, terms_read
from protocolkit.conditions.syntax import (
    And,
    Compare,
    Condition,
    FactAt,
    Happened,
    Is,
    Name,
    Occurrence,
)
from protocolkit.conditions.text import str_of
from protocolkit.ground.findings import CheckInfo, Path

READS = ("facts", "terms", "states", "strands", "applies_while")
JACKSON = "Jackson 2006, Software Abstractions: a model finder gives a case as witness"


@check(
    CheckInfo(
        code="PK402",
        name="never-true",
        severity="error",
        summary="A condition that can never be true.",
        why="""\
What hangs on it never comes: the step is refused each time, the help is never owed. On paper
this young person is cared for.""",
        source=JACKSON,
        wrong="""\
facts:
  age: {type: integer, range: 0..17, recorded_by: djo}
triggers:
  report: {who: djo, needs: {grown_up: age >= 18}}
  close: {who: djo, moves: {from: identified, to: closed}}
""",
        right="""\
facts:
  age: {type: integer, range: 0..20, recorded_by: djo}
triggers:
  report: {who: djo, needs: {grown_up: age >= 18}}
  close: {who: djo, moves: {from: identified, to: closed}}
""",
        how="""\
All values that matter are tried for every fact, in its range, and unknown too. Anything may
have happened, in any order that makes sense. Shown are the one, two or three parts that rule
each other out. A condition that stands on a term which is never or always true is not told
again. When a follow-up opens, what it opens with has happened: that is put to its `if`. Nothing is
said when there is too much to try. Whether a case can come that far is for
`protocolkit verify`. How the day of one fact stands to another day is not looked at.""",
    ),
    reads=READS,
)
def never_true(subject: Subject) -> Iterator[Found]:
    """Conditions that no values make true."""
    for path, condition in _causes(subject):
        message = ""
        parts: tuple[Condition, ...] = ()
        opener = _opener(path, subject)
        if is_never_true(condition, subject.cases):
            parts = core(condition, subject.cases)
            message = _why_never(parts, subject)
        elif opener and is_never_true(And(parts=(condition, opener)), subject.cases):
            openers = " or ".join(f"`{one}`" for one in opener.of.ref.each)
            message = f"It opens with {openers}, and then `{str_of(condition)}` is never true."
        if message:
            yield Found(
                message=message,
                help="change the condition, or the values that the fact may have",
                path=path,
                part=(parts[-1].start, parts[-1].end) if parts and parts[-1].end else None,
            )


def _opener(path: Path, subject: Subject) -> Happened | None:
    """What has happened whenever the `if` of a follow-up is asked: what it opens with."""
    if path[0] != "follow_ups" or path[2:] != ("if",):
        return None
    opens_with = subject.protocol.follow_ups[str(path[1])].opens_with
    if not opens_with:
        return None
    first, *others = opens_with
    return Happened(of=Occurrence(ref=first.replace(others=tuple(others))))


def _causes(subject: Subject) -> Iterator[tuple[Path, Condition]]:
    """The conditions without those that stand on a term which is the same in every case."""
    settled = {
        str(path[1])
        for path, condition in subject.conditions
        if path[0] == "terms"
        and (is_never_true(condition, subject.cases) or is_always_true(condition, subject.cases))
    }
    for path, condition in subject.conditions:
        if settled.isdisjoint(terms_read(condition, subject.names)):
            yield path, condition


def _why_never(parts: tuple[Condition, ...], subject: Subject) -> str:
    texts = [f"`{str_of(part)}`" for part in parts]
    if len(parts) == 1:
        return f"{texts[0]} can never be true{_in_range(parts[0], subject)}."
    if len(parts) == 2:
        return f"{texts[0]} and {texts[1]} cannot both be true, so this never holds."
    if len(parts) == 3:
        return f"{texts[0]}, {texts[1]} and {texts[2]} cannot all be true, so this never holds."
    return "This condition can never be true: its parts rule each other out."


def _in_range(part: Condition, subject: Subject) -> str:
    """What the fact may be, if that is what stands against it."""
    if not isinstance(part, Compare | Is):
        return ""
    asked = part.subject.fact if isinstance(part.subject, FactAt) else part.subject
    fact = subject.protocol.facts.get(asked.name) if isinstance(asked, Name) else None
    if fact is None or fact.range is None:
        return ""
    return f": `{fact.id}` goes from {fact.range[0]} to {fact.range[1]}"


@check(
    CheckInfo(
        code="PK403",
        name="always-true",
        severity="warning",
        summary="A condition that is true in every case, so that it says nothing.",
        why="""\
Somebody meant to ask for something here: a check that protects the young person, perhaps. As it
stands, nothing is asked.""",
        source=JACKSON,
        wrong="""\
facts:
  danger: {type: boolean, recorded_by: djo}
triggers:
  close:
    who: djo
    needs: {asked: danger is true or false or unknown}
    moves: {from: identified, to: closed}
""",
        right="""\
facts:
  danger: {type: boolean, recorded_by: djo}
triggers:
  close:
    who: djo
    needs: {asked: danger is known}
    moves: {from: identified, to: closed}
""",
        how="""\
As for PK402, with every fact unknown as well: `age >= 0` is not always true, since nobody may
know the age. A condition that stands on a term which is never or always true is not told
again.""",
    ),
    reads=READS,
)
def always_true(subject: Subject) -> Iterator[Found]:
    """Conditions that are true whatever is known and unknown."""
    for path, condition in _causes(subject):
        if is_always_true(condition, subject.cases):
            yield Found(
                message=f"`{str_of(condition)}` is true in every case, so it asks for nothing.",
                help="leave it out, or ask for what was meant",
                path=path,
            )


CHECKS: tuple[Check, ...] = (never_true, always_true)
