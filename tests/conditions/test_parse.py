"""Reading and printing conditions: structure, places, and errors with their places."""

from __future__ import annotations

import pytest
from hypothesis import given

from protocolkit.conditions.parse import MAX_DEPTH, ConditionError, parse
from protocolkit.conditions.syntax import (
    And,
    Condition,
    Holds,
    Is,
    Name,
    Not,
    Number,
    Or,
    Phrase,
    Span,
    Word,
    inner,
)
from protocolkit.conditions.text import str_of
from protocolkit.conditions.tokens import MAX_LENGTH
from protocolkit.ground.limits import parse_duration
from tests.conditions.county import BOOLEANS, conditions

# Every condition of the county, as its file writes it.
COUNTY = """\
count(went_missing within 6 calendar months) >= 3
age < 18
consent is given
pact_signed is known
danger is true
whereabouts is safe
knows_the_child includes attendee
count(team_meeting.short since team_meeting.quorate) < 1
inform_police is met
by(police_take_report) is guardian
implicated includes guardian
happened(located since went_missing)
seen_today is true
missed(visit_tried within 2 calendar days after convene)
case is on_hold
age >= 14
often_missing and is_child
reached(turns_18_on)
supervisor_reachable is false or unknown
available(supervisor)
age at went_missing < 18
days_between(report, convene) <= 5
turns_18_on > 2025-04-18
""".splitlines()


def name(text: str) -> Holds:
    """A name that stands alone."""
    return Holds(subject=Name(name=text))


def is_one_of(subject: str, *values: str) -> Is:
    """A name compared with words."""
    return Is(subject=Name(name=subject), values=tuple(Word(text=value) for value in values))


@given(conditions())
def test_printing_loses_nothing(condition: Condition) -> None:
    """What is printed reads back as the same condition, whatever names are boolean."""
    text = str_of(condition)
    assert condition == parse(text, BOOLEANS) == parse(text)
    assert text == str_of(parse(text))


@pytest.mark.parametrize("text", COUNTY)
def test_what_people_write_is_canonical(text: str) -> None:
    """The conditions of the county are printed just as they were written."""
    assert text == str_of(parse(text, BOOLEANS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a or b and not c", Or(parts=(name("a"), And(parts=(name("b"), Not(part=name("c"))))))),
        ("(a or b) and c", And(parts=(Or(parts=(name("a"), name("b"))), name("c")))),
        ("a or (b or c)", Or(parts=(name("a"), Or(parts=(name("b"), name("c")))))),
        ("((a))", name("a")),
        ("x is v or w", is_one_of("x", "v", "w")),
        ("x is v or flag", Or(parts=(is_one_of("x", "v"), name("flag")))),
        ("x is v or (w)", Or(parts=(is_one_of("x", "v"), name("w")))),
        ("x is v or y is w", Or(parts=(is_one_of("x", "v"), is_one_of("y", "w")))),
        ("x is flag or v", is_one_of("x", "flag", "v")),
        ("x is v or w and y", And(parts=(is_one_of("x", "v", "w"), name("y")))),
        ("not x is v or w", Not(part=is_one_of("x", "v", "w"))),
        ("x\n  is v", is_one_of("x", "v")),
    ],
)
def test_how_parts_bind(text: str, expected: Condition) -> None:
    """`or` binds weakest, then `and`, then `not`; a name after `or` may be one more value."""
    assert expected == parse(text, {"flag"})


def test_parameters_are_put_in() -> None:
    """A parameter stands for a number or a span; how it was written is kept aside."""
    found = parse(
        "age < adult_age and count(x within limit) is adult_age",
        spans={"limit": parse_duration("6 hours")},
        numbers={"adult_age": 18},
    )
    assert parse("age < 18 and count(x within 6 hours) is 18") == found
    named = [phrase.parameter for phrase in _all(found) if isinstance(phrase, Number | Span)]
    assert ["adult_age", "limit", "adult_age"] == named


def _all(phrase: Phrase) -> list[Phrase]:
    return [phrase, *(below for part in inner(phrase) for below in _all(part))]


@given(conditions())
def test_places_are_those_of_the_text(condition: Condition) -> None:
    """The stretch of every part, read alone, is that part."""
    text = str_of(condition)
    for phrase in _all(parse(text)):
        stretch = text[phrase.start : phrase.end]
        match phrase:
            case Name(name=expected) | Word(text=expected):
                assert expected == stretch
            case Or() | And() | Not() | Holds() | Is():
                assert phrase == parse(stretch)
            case _:
                assert stretch.strip() == stretch != ""


def test_place_and_parameter_do_not_count() -> None:
    """Two conditions that say the same are equal and share a hash, wherever they stand."""
    one, other = parse("a and b"), parse("  a   and (b)")
    assert one == other
    assert hash(one) == hash(other)
    assert one != parse("a or b")


@pytest.mark.parametrize(
    ("text", "offset", "length", "message", "help"),
    [
        ("", 0, 1, "The condition is empty.", "Write one, such as `age < 18`."),
        ("age = 18", 4, 1, "`=` is not used here.", "Write `is` for equal"),
        ("age == 18", 4, 2, "`==` is not used here.", "Write `is` for equal"),
        ("age != 18", 4, 2, "`!=` is not used here.", "Write `is not` for not equal."),
        ("age <> 18", 4, 2, "`<>` is not used here.", "Write `is not` for not equal."),
        ("age =< 18", 4, 2, "`=<` is not used here.", "Write `<=` for at most."),
        ("age ≥ 18", 4, 1, "`≥` is not used here.", "Write `>=` for at least."),
        ("a && b", 2, 2, "`&&` is not used here.", "Write `and`."),
        ("a || b", 2, 2, "`||` is not used here.", "Write `or`."),
        ("!a", 0, 1, "`!` is not used here.", "Write `not`."),
        ("a AND b", 2, 3, "`AND` is written in capital letters.", "Write `and`."),
        ('x is "v"', 5, 1, "Quotes are not used here.", "Write the word alone."),
        ("x isn't v", 2, 5, "`isn't` is not used here.", "Write `is not`, or `not`."),
        ("danger is yes", 10, 3, "`yes` is not used here.", "Write `true`."),
        ("danger is off", 10, 3, "`off` is not used here.", "Write `false`."),
        ("x is null", 5, 4, "`null` is not used here.", "Write `unknown`."),
        ("(a and b", 0, 1, "This bracket is never closed.", "Add `)` where it ends."),
        ("count(x", 5, 1, "This bracket is never closed.", "Add `)` where it ends."),
        ("a and b)", 7, 1, "This bracket closes nothing.", "Take it out"),
        ("()", 1, 1, "Something is missing between `(` and `)`.", "Join two parts"),
        ("and a", 0, 3, "Something is missing before `and`.", "Join two parts"),
        ("a and", 5, 1, "Something is missing after `and`.", "Write what comes next"),
        ("x is", 4, 1, "A value is missing after `is`.", "Write the value"),
        ("x is v or", 9, 1, "Something is missing after `or`.", "Write what comes next"),
        ("x is not", 8, 1, "A value is missing after `not`.", "Write the value"),
        ("age <", 5, 1, "A number is missing after `<`.", "Write a number or a date."),
        ("age < unknown", 6, 7, "Nothing can be `<` what is unknown.", "Write `is unknown`"),
        ("age < adult_ag", 6, 8, "`adult_ag` is not a number", "Did you mean `adult_age`?"),
        ("age < count(x)", 6, 5, "`count` does not fit after `<`.", "Compare with a number"),
        ("age < 18 years", 9, 5, "A number takes no unit here", "Leave it out"),
        ("14 < age", 0, 2, "A condition does not begin with a value.", "Put the name first"),
        ("age > 14 < 18", 9, 1, "Two comparisons cannot share a middle.", "Write both"),
        ("age < 3.5", 6, 3, "`3.5` is not a whole number.", "Use whole numbers only."),
        ("age is 14..17", 7, 6, "`14..17` is not a whole number.", "Write `age >= 14"),
        ("n < 1234567890123456789", 4, 19, "This number is too long.", "18 digits"),
        ("d < 2025-02-30", 4, 10, "There is no day 2025-02-30.", "Write year-month-day"),
        ("d < 4/18/2025", 4, 9, "`4/18/2025` is not a date as we write it.", "Write year-"),
        ("age 14", 4, 2, "A word is missing between `age` and `14`.", "Write `is`, `<`"),
        ("age + 1 < 3", 4, 1, "`+` is not used here.", "Conditions compare"),
        ("age between 14", 4, 7, "`between` is not used here.", "Write `age >= 14 and"),
        ("x in [a, b]", 5, 1, "`[` is not used here.", "Write `x is a or b`"),
        ("x not in a", 6, 2, "`in` is not used here.", "Write `x is a or b`."),
        ("x is in (a)", 5, 2, "`in` is not used here.", "Write `x is a or b`."),
        ("x is (a or b)", 5, 1, "Values take no brackets.", "Write `x is a or b`."),
        ("x is a or is b", 10, 2, "`is` is not repeated.", "Write `x is a or b`."),
        ("x is a or known", 10, 5, "`known` already includes every", "Write `is known` alone"),
        ("x is not a or b", 11, 2, "`or` after `is not` can be read in two", "Write `not ("),
        ("x is > 3", 5, 1, "`is` and `>` do not go together.", "Leave out `is`."),
        ("x is by(report)", 5, 2, "`by` cannot be a value.", "Put it first"),
        ("x is at", 5, 2, "`at` cannot be a value.", "It is a word or a mark"),
        ("x equals a", 2, 6, "`equals` is not used here.", "Write `is`."),
        ("x contains a", 2, 8, "`contains` is not used here.", "Write `includes`."),
        ("x includes", 10, 1, "A role is missing after `includes`.", "Write a role"),
        ("x not a", 2, 3, "`not` does not fit here.", "Write `x is not ...`"),
        ("x after y", 2, 5, "`after` does not fit after `x`.", "Compare dates"),
        ("if danger", 0, 2, "`if` is not used here.", "Leave out `if`."),
        ("true", 0, 4, "`true` says nothing by itself.", "Name what it is about"),
        ("is a", 0, 2, "`is` does not fit here.", "Put the name of a fact"),
        ("x.met", 1, 1, "`x.` needs a question around it.", "`happened(x.met)`"),
        ("a, b", 1, 1, "A comma is not used here.", "Join two parts"),
        ("a is b c", 7, 1, "`c` does not fit after `b`.", "Join two parts"),
        ("(a is b c)", 8, 1, "`c` does not fit after `b`.", "Join two parts"),
        ("went-missing", 0, 12, "`went-missing` is not a name", "Write `_` between"),
        ("âge < 3", 0, 3, "`âge` is not a name.", "Names use a to z"),
        ("${{ danger }}", 0, 3, "`${{` is not used here.", "Write the condition alone"),
        ("a;", 1, 1, "`;` is not used in conditions.", "Take it out"),
        ("a\u202eb", 1, 1, "`U+202E` is not used in conditions.", "Take it out"),
        ("age < 24h", 6, 3, "`24h` is neither a number nor a name.", "Names begin"),
        ("age is 3. ", 7, 1, "A dot cannot follow `3`.", "Use whole numbers only"),
        ("age <<= 3", 4, 3, "`<<=` is not a sign of the language.", "Use `<`"),
        ("hapened(x)", 0, 7, "`hapened(...)` is not something", "Did you mean `happened`?"),
        ("age(x)", 0, 3, "`age(...)` is not something", "Only these take a bracket"),
        ("count x > 1", 0, 5, "A bracket is missing after `count`.", "Write for example"),
        ("count(x)", 0, 5, "`count` gives a number", "Compare it, such as"),
        ("count()", 6, 1, "The name of something that happens is missing", "Write for"),
        ("count(last(x)) > 1", 6, 7, "`last` has no meaning here.", "`count(x)`"),
        ("count(x within 6 months) > 1", 17, 6, "`months` is not a unit.", "Say `calendar mo"),
        ("count(x within) > 1", 14, 1, "A length of time is missing.", "Write for example"),
        ("count(x y) > 1", 8, 1, "`y` does not fit inside `count(...)`.", "Write for"),
        ("count(x, ) > 1", 9, 1, "The name of something that happens is missing", "Write for"),
        ("count(x, y, x) > 1", 12, 1, "`x` stands there twice.", "Name each only once."),
        ("count(x, last(y, z)) > 1", 9, 10, "`last` has no meaning here.", "`count(y, z)`"),
        ("happened(a since x, y)", 18, 1, "`,` does not fit inside", "Write for"),
        ("age at first(x, x) > 1", 16, 1, "`x` stands there twice.", "Name each only once."),
        ("happened(x within 6 hours)", 11, 6, "`happened` takes no `within`.", "Write `count("),
        ("happened(x) is true", 12, 2, "`happened(...)` is true or false by", "Write it alone"),
        ("happened(x.)", 11, 1, "The name of an event is missing.", "Add the name"),
        ("missed(x after y)", 9, 5, "`within` is missing here.", "Write `missed("),
        ("days_between(a b) > 1", 15, 1, "A comma is missing here.", "Write for"),
        ("within(6 hours a, b)", 15, 1, "`a` does not belong here.", "A span is a number"),
        ("within(6 hours, a)", 17, 1, "A comma is missing here.", "Write for"),
        ("within(6 hours, a, b) is true", 22, 2, "`within(...)` is true or false by", "Write it"),
        ("within 6 hours", 0, 6, "A bracket is missing after `within`.", "Write for example"),
        ("age is known since", 18, 1, "The name of something that happens is missing", "Write"),
        ("attended()", 9, 1, "`attended` needs the name of a meeting.", "Write for"),
        ("attended(x)", 0, 8, "`attended` gives a list of roles", "includes detective`"),
        ("attended(x) is judge", 0, 8, "`attended` gives a list of roles", "includes detective`"),
        ("attended(x) includes", 20, 1, "A role is missing after `includes`.", "Write a role"),
        ("reached()", 8, 1, "`reached` needs the name of a date fact.", "Write for"),
    ],
)
def test_errors_say_where_and_what_to_write(
    text: str, offset: int, length: int, message: str, help: str
) -> None:
    """A text that is no condition is refused at its first fault, with what to write."""
    with pytest.raises(ConditionError) as caught:
        parse(text, numbers={"adult_age": 18})
    error = caught.value
    assert (offset, length) == (error.offset, error.length)
    assert error.message.startswith(message)
    assert help in error.help


def test_texts_have_a_greatest_length() -> None:
    """500 characters are read, 501 are refused."""
    text = "a and " * 83 + "b "
    assert MAX_LENGTH == len(text)
    assert isinstance(parse(text), And)
    with pytest.raises(ConditionError, match="501 characters"):
        parse(text + " ")


@pytest.mark.parametrize(("before", "after"), [("(", ")"), ("not ", ""), ("not (", ")")])
def test_texts_have_a_greatest_depth(before: str, after: str) -> None:
    """50 brackets and `not` inside each other are read, 51 are refused."""
    each = 2 if before == "not (" else 1
    times = MAX_DEPTH // each
    assert before.count("not") * times == str_of(parse(before * times + "a" + after * times)).count(
        "not"
    )
    with pytest.raises(ConditionError, match="more than 50 deep"):
        parse(before * (times + 1) + "a" + after * (times + 1))
