"""Too much of something: depth, length, numbers, parts, and conditions that are hard to judge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random

from tests.checks.hostile.inputs import (
    HEAD,
    MAY_REFUSE,
    MUST_REFUSE,
    ROLES,
    STATES,
    WHOLE,
    Family,
    Input,
    put,
    text,
)
from tests.language.samples import GOOD

DEEP = 100_000
FACTS = "".join(f"  f{n}: {{type: boolean, recorded_by: djo}}\n" for n in range(60))


def _deep() -> Iterator[Input]:
    for name, piece in (
        ("brackets", "["),
        ("maps in maps", "{a: "),
        ("lists in lists", "- "),
        ("keys of keys", "? "),
        ("braces", "{"),
        ("both", "[{a: "),
        ("quoted keys", '{"a": '),
    ):
        yield text(f"{name}, alone", piece * DEEP)
        yield text(f"{name}, in a protocol", GOOD + "x-deep: " + piece * DEEP)
        yield text(f"{name}, 41 deep", GOOD + "x-deep: " + piece * 41)
    yield text("brackets that are closed", "x-deep: " + "[" * DEEP + "]" * DEEP)
    yield text("spaces", "".join(" " * depth + "a:\n" for depth in range(1_000)))
    for piece, end in (("(", ")"), ("not ", ""), ("not (", ")"), ("((", "))")):
        for many in (60, 1_500, DEEP):
            condition = piece * many + "age < 18" + end * many
            yield text(
                f"{many} times `{piece}`", put("is_child: age < 18", f"is_child: {condition}")
            )


def _long() -> Iterator[Input]:
    yield text("a line of a megabyte", GOOD + "x-long: " + "a" * 1_000_000)
    yield text("a quoted line of a megabyte", GOOD + "x-long: '" + "a " * 500_000 + "'")
    yield text("a key of a megabyte", GOOD + "x" * 1_000_000 + ": a")
    yield text("a key of 65 letters", GOOD + "x" * 65 + ": a")
    yield text("a text of 8,001 letters", put("A sample", "a" * 8_001))
    yield text("a block of a megabyte", GOOD + "x-long: |\n" + "  line\n" * 150_000)
    yield text("more than two million bytes", GOOD + "#" * 2_000_000)
    yield text("200,000 parts", GOOD + "x-long: [" + "a," * 200_000 + "]")
    yield text("200,000 maps", GOOD + "x-long: [" + "{}," * 100_000 + "]")
    yield text("a title that is too long and broken", put("A sample", '"' + "\\u0041" * 9_000))
    yield text("a name of 8,000 letters", put("  is_child: age", "  " + "a" * 8_000 + ": age"))
    yield text("a condition of a megabyte", put("age < 18", "age < 18 or " * 80_000 + "age < 1"))
    yield text(
        "a condition of 100,000 terms", put("age < 18", " or ".join(f"t{n}" for n in range(DEEP)))
    )
    yield text("a limit of 100,000 parts", put("within 2 business days", "at once, " * DEEP))


def _long_and_fine() -> Iterator[Input]:
    yield text("a comment of a megabyte", "#" + "a" * 1_000_000 + "\n" + GOOD)
    yield text("a megabyte of empty lines", "\n" * 1_000_000 + GOOD)
    yield text("a megabyte of comments", "# a\n" * 250_000 + GOOD)
    yield text("a megabyte of spaces", GOOD + " " * 1_000_000)
    yield text("a title of 8,000 letters", put("A sample", "a" * 8_000))
    yield text("a million hashes with the word", "# protocolkit: ignore[PK202] x\n" * 50_000 + GOOD)


_NUMBERS = (
    *("9" * 19, "9" * 400, "1" + "0" * 5_000, "-1", "-" + "9" * 400, "1e309", "0.1", "1_0", "+3"),
    *("0", "00", "2147483648", "9223372036854775808", "NaN", "0x7f", "1/2", "1,000"),
)


def _numbers() -> Iterator[Input]:
    for number in _NUMBERS:
        shown = number if len(number) < 12 else f"{number[:3]}... ({len(number)} digits)"
        for old, new in (
            ("within 2 business days", "within {} business days"),
            ("within 2 business days", "within {} hours, at most {} calendar months"),
            ("every: 14 calendar days", "every: {} calendar days"),
            ("after: 4 hours", "after: {} minutes"),
            ("valid_for: 90 calendar days", "valid_for: {} calendar years"),
            ("within 6 calendar months", "within {} calendar months"),
            ("persons: 3", "persons: {}"),
            ("minutes: 15", "minutes: {}"),
            ("least: 2", "least: {}"),
            ("range: 0..20", "range: 0..{}"),
            ("range: 0..20", "range: {}..20"),
            ("age >= 14", "age >= {}"),
            (">= 1, because", ">= {}, because"),
            ("easter -2", "easter -{}"),
            ("value: 6 hours", "value: {} hours"),
            ('protocolkit: "1"', "protocolkit: {}"),
        ):
            spoilt = put(old, new.replace("{}", number))
            yield text(f"{shown} in `{new}`", spoilt)


def _many() -> Iterator[Input]:
    yield text(
        "20,000 states without a way",
        HEAD + ROLES + "states:\n" + "".join(f"  s{n}: {{}}\n" for n in range(20_000)),
    )
    chain = "".join(f"  s{n}: {{}}\n" for n in range(2_000))
    moves = "".join(
        f"  t{n}: {{who: djo, moves: {{from: s{n}, to: s{n + 1}}}}}\n" for n in range(1_999)
    )
    yield text(
        "2,000 states in a row that never end",
        HEAD + ROLES + "states:\n  start: {initial: true}\n" + chain + "triggers:\n" + moves,
    )
    everywhere = ", ".join(f"s{n}" for n in range(300))
    yield text(
        "300 states, each leads to each",
        HEAD
        + ROLES
        + "states:\n"
        + "".join(f"  s{n}: {{}}\n" for n in range(300))
        + "triggers:\n"
        + "".join(
            f"  t{n}: {{who: djo, moves: {{from: [{everywhere}], to: s{n}}}}}\n" for n in range(300)
        ),
    )
    yield text(
        "1,000 roles that stand in for each other",
        HEAD
        + STATES
        + "roles:\n"
        + "".join(
            f"  r{n}: {{kind: judge, substitutes: [r{(n + 1) % 1_000}]}}\n" for n in range(1_000)
        ),
    )
    yield text(
        "3,000 follow-ups",
        WHOLE
        + "follow_ups:\n"
        + "".join(f"  f{n}: {{opens_with: close, who: nobody{n}}}\n" for n in range(3_000)),
    )
    yield text(
        "5,000 levels",
        WHOLE
        + "escalations:\n  a:\n    watches: {state: identified}\n    levels:\n"
        + "      - {after: 1 hour, tell: djoo}\n" * 5_000,
    )
    yield text(
        "a choice of 5,000 words",
        WHOLE
        + "facts:\n  a: {type: choice, values: ["
        + ", ".join(f"v{n}" for n in range(5_000))
        + "], recorded_by: djoo}\n",
    )
    yield text("60,000 keys that do not exist", GOOD + "".join(f"k{n}: a\n" for n in range(60_000)))
    yield text(
        "10,000 terms in a row",
        WHOLE
        + "facts: {a: {type: boolean}}\nterms:\n  t0: a is true\n"
        + "".join(f"  t{n}: t{n - 1}\n" for n in range(1, 10_000)),
    )


def _many_and_fine() -> Iterator[Input]:
    chain = "".join(f"  s{n}: {{}}\n" for n in range(1_000))
    moves = "".join(
        f"  t{n}: {{who: djo, moves: {{from: s{n}, to: s{n + 1}}}}}\n" for n in range(999)
    )
    yield text(
        "1,000 states in a row",
        HEAD
        + ROLES
        + "states:\n  start: {initial: true}\n"
        + chain
        + "  end: {final: true}\n"
        + "triggers:\n  begin: {who: djo, moves: {from: start, to: s0}}\n"
        + moves
        + "  stop: {who: djo, moves: {from: s999, to: end}}\n",
    )
    yield text(
        "500 acts that one role may do",
        WHOLE + "".join(f"  a{n}: {{who: djo, strength: may}}\n" for n in range(500)),
    )
    yield text(
        "500 follow-ups of one act",
        WHOLE
        + "follow_ups:\n"
        + "".join(
            f"  f{n}: {{opens_in: identified, who: djo, due: within {n + 1} hours}}\n"
            for n in range(500)
        ),
    )
    yield text(
        "a ladder of 1,000 levels",
        WHOLE
        + "escalations:\n  a:\n    watches: {state: identified}\n    levels:\n"
        + "      - {after: 1 hour, tell: judge}\n" * 1_000,
    )


def _need(*conditions: str, facts: str = FACTS, more: str = "") -> str:
    """A protocol in which closing needs several things at once."""
    needs = "".join(f'      n{n}: "{one}"\n' for n, one in enumerate(conditions))
    return (
        HEAD
        + ROLES
        + STATES
        + "facts:\n"
        + facts
        + more
        + "triggers:\n  close:\n    who: djo\n    moves: {from: identified, to: closed}\n"
        + f"    needs:\n{needs}"
    )


def _choice(conditions: list[str], facts: str = FACTS) -> str:
    """A protocol in which one act chooses between many moves."""
    return (
        HEAD
        + ROLES
        + "facts:\n"
        + facts
        + "states:\n  identified: {initial: true}\n"
        + "".join(f"  s{n}: {{}}\n" for n in range(len(conditions)))
        + "  closed: {final: true}\n"
        + "triggers:\n  close: {who: djo, moves: {from: ["
        + ", ".join(f"s{n}" for n in range(len(conditions)))
        + "], to: closed}}\n"
        + "  decide:\n    who: djo\n    moves:\n"
        + "".join(
            f'      - {{from: identified, to: s{n}, if: "{one}"}}\n'
            for n, one in enumerate(conditions)
        )
    )


def _hard() -> Iterator[Input]:
    """Conditions that are read at once, and could take for ever to judge."""
    doubled = "terms:\n  t0: f0 is true or f1 is true\n" + "".join(
        f"  t{n}: t{n - 1} and (t{n - 1} or f{n} is true)\n" for n in range(1, 50)
    )
    yield text("terms that are twice as long each time", _need("t49", more=doubled))
    flat = "terms:\n  t0: f0 is true\n" + "".join(
        f"  t{n}: t{n - 1} and t{n - 1}\n" for n in range(1, 60)
    )
    yield text("terms that say the same twice", _need("t59", more=flat))
    for depth in range(4, 10):
        few = "terms:\n  t0: f0 is true or f1 is true\n" + "".join(
            f"  t{n}: (t{n - 1} or f{n} is false) and (f{n + 1} is true or not t{n - 1})\n"
            for n in range(1, depth)
        )
        yield text(f"terms in terms, {depth} deep", _need(f"t{depth - 1}", more=few))
    chance = Random(5)
    for count, clauses in ((10, 42), (15, 64), (20, 85), (30, 128), (45, 192), (60, 250)):
        said = []
        for _ in range(clauses):
            chosen = chance.sample(range(count), 3)
            one_of = (f"f{n} is {chance.choice(('true', 'false'))}" for n in chosen)
            said.append(f"({' or '.join(one_of)})")
        pairs = [" and ".join(said[at : at + 7]) for at in range(0, clauses, 7)]
        yield text(f"{clauses} clauses of three over {count} facts", _need(*pairs))
        yield text(f"the same, as moves: {clauses}", _choice(pairs))
        if clauses < 90:
            yield text(f"the same, in one: {clauses}", _need(" and ".join(said)))
    for holes in (3, 4, 5, 6, 7):
        names = [[f"f{p * holes + h}" for h in range(holes)] for p in range(holes + 1)]
        some = [" or ".join(f"{one} is true" for one in row) for row in names]
        never = [
            " and ".join(f"not ({a[h]} is true and {b[h]} is true)" for h in range(holes))
            for a, b in combinations(names, 2)
        ]
        facts = "".join(
            f"  f{n}: {{type: boolean, recorded_by: djo}}\n" for n in range(holes * (holes + 1))
        )
        name = f"{holes + 1} pigeons in {holes} holes"
        yield text(name, _need(*some, *never, facts=facts))
    for many in (4, 8, 12, 16):
        odd = "terms:\n  t0: f0 is true\n" + "".join(
            f"  t{n}: (t{n - 1} and f{n} is false) or (not t{n - 1} and f{n} is true)\n"
            for n in range(1, many)
        )
        both = _need(f"t{many - 1}", f"not t{many - 1}", more=odd)
        yield text(f"an odd and an even number of {many}", both)
    ring = [
        f"f{n} is true and f{(n + 1) % 60} is false or f{(n * 7) % 60} is known" for n in range(60)
    ]
    yield text("sixty needs in a ring", _need(*ring))
    yield text("sixty facts of which one is unknown", _need(*(f"f{n} is known" for n in range(60))))
    yield text("40 moves by a fact each", _choice([f"f{n} is true" for n in range(40)]))
    yield text(
        "60 moves by two facts each",
        _choice([f"f{n} is true and f{(n * 7 + 1) % 60} is false" for n in range(60)]),
    )
    ranges = "  age: {type: integer, range: 0..1000000000, recorded_by: djo}\n"
    yield text(
        "200 moves by one number",
        _choice([f"age >= {n * 10} and age < {n * 10 + 10}" for n in range(200)], ranges),
    )
    yield text(
        "500 comparisons of one number",
        _need(*(f"age is not {n}" for n in range(0, 3_000, 6)), facts=ranges),
    )
    numbers = "".join(
        f"  n{n}: {{type: integer, range: 0..1000000, recorded_by: djo}}\n" for n in range(20)
    )
    yield text(
        "20 numbers, 8 comparisons each",
        _need(
            *(" or ".join(f"n{n} is {n * 100 + m}" for m in range(8)) for n in range(20)),
            facts=numbers,
        ),
    )
    words = "".join(
        f"  c{n}: {{type: choice, values: [{', '.join(f'w{m}' for m in range(40))}],"
        " recorded_by: djo}\n"
        for n in range(8)
    )
    yield text(
        "eight choices of forty words",
        _choice(
            [f"c{n % 8} is w{n % 40} and c{(n + 1) % 8} is not w{n % 39}" for n in range(60)], words
        ),
    )
    sets = "".join(f"  r{n}: {{type: set of roles, recorded_by: djo}}\n" for n in range(12))
    yield text(
        "twelve sets of roles",
        _need(*(f"r{n} includes djo or r{n} includes judge" for n in range(12)), facts=sets),
    )
    yield text(
        "how often 30 things happened",
        _need(*(f"count(close within {n} hours) >= {n}" for n in range(1, 120))),
    )


FAMILIES = (
    Family("depth", MUST_REFUSE, _deep),
    Family("length", MUST_REFUSE, _long),
    Family("length that is fine", MAY_REFUSE, _long_and_fine),
    Family("numbers", MAY_REFUSE, _numbers),
    Family("many parts", MUST_REFUSE, _many),
    Family("many parts that are fine", MAY_REFUSE, _many_and_fine),
    Family("hard conditions", MAY_REFUSE, _hard),
)
