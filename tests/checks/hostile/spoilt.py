"""Good protocols spoilt: cut off, with values of another kind, other names, dates, calendars,
circles.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.checks.hostile.inputs import (
    HEAD,
    MAY_REFUSE,
    ROLES,
    STATES,
    WHOLE,
    Family,
    Input,
    put,
    text,
)
from tests.language.samples import GOOD

_GOOD = GOOD.encode()
_OTHER_KINDS = ("[]", "{}", "''", "0", "x", "[[x]]", "{x: {y: z}}", "[x, {y: z}]", "null", "-")


def _cut() -> Iterator[Input]:
    for at in range(23, len(_GOOD), 53):
        yield Input(f"after {at} bytes", _GOOD[:at])
    for at in range(101, len(_GOOD) // 2, 499):
        yield Input(f"without the first {at} bytes", _GOOD[at:])


def _flipped() -> Iterator[Input]:
    chance = Random(11)
    for number in range(120):
        data = bytearray(_GOOD)
        for _ in range(chance.choice((1, 1, 3, 20))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        yield Input(f"bits, {number}", bytes(data))
    lines = _GOOD.splitlines(keepends=True)
    for number in range(60):
        shuffled = list(lines)
        one, other = chance.sample(range(len(lines)), 2)
        if number % 3 == 0:
            shuffled[one], shuffled[other] = shuffled[other], shuffled[one]
        elif number % 3 == 1:
            del shuffled[one]
        else:
            shuffled.insert(one, shuffled[other])
        yield Input(f"lines, {number}", b"".join(shuffled))


def _values() -> list[tuple[int, int]]:
    """From where to where the values of the sample stand, by counting brackets."""
    found, lines, start = [], GOOD.split("\n"), 0
    for line in lines:
        for at, sign in enumerate(line):
            if sign != ":" or line[at + 1 : at + 2] != " ":
                continue
            depth, end, quoted = 0, at + 2, False
            while end < len(line):
                here = line[end]
                quoted ^= here == '"'
                depth += (here in "[{") - (here in "]}")
                if not quoted and (depth < 0 or (depth == 0 and here == "," and "{" in line[:at])):
                    break
                end += 1
            found.append((start + at + 2, start + end))
        start += len(line) + 1
    return found


def _another_kind() -> Iterator[Input]:
    for number, (start, end) in enumerate(_values()):
        kinds = (number, number + 3) if number % 2 else (number,)
        for kind in (_OTHER_KINDS[one % len(_OTHER_KINDS)] for one in kinds):
            line = GOOD.count("\n", 0, start) + 1
            name = f"line {line}: `{GOOD[start:end][:20]}` as {kind}"
            yield text(name, GOOD[:start] + kind + GOOD[end:])
    for section in (
        "roles",
        "facts",
        "states",
        "triggers",
        "follow_ups",
        "escalations",
        "meetings",
    ):
        for kind in ("x", "[x]", "[{x: y}]", "''", "{x: y}", "{x: [y]}", "{x: {}}", "null"):
            other = "".join(part for part in (ROLES, STATES) if not part.startswith(section))
            yield text(f"{section} as {kind}", HEAD + other + f"{section}: {kind}\n")


_NAMES = (
    *("case", "clock", "true", "false", "unknown", "and", "or", "not", "is", "none", "attendee"),
    *("attendees", "unspecified", "always", "happened", "count", "by", "open", "first", "last"),
    *("a.b", "a b", "../x", "a/b", "-", "_", "1", "1a", "A", "aB", "a--b", "a__b", "$x", "x;y"),
    *("<b>", "=1+1", "'; drop table x; --", "%s", "{0}", "${x}", "`x`", "a" * 64, "x-a", "within"),
)


def _names() -> Iterator[Input]:
    for name in _NAMES:
        quoted = "'" + name.replace("'", "''") + "'"
        for section, entry in (
            ("facts", "{type: boolean, recorded_by: djo}"),
            ("terms", "happened(close)"),
            ("follow_ups", "{opens_with: close, who: djo, due: within 2 hours}"),
            ("meetings", "{required: [djo], chair: djo, called_by: [djo]}"),
        ):
            yield text(f"{name[:20]} in {section}", WHOLE + f"{section}: {{{quoted}: {entry}}}\n")
        yield text(f"{name[:20]} as a role", HEAD + STATES + _only(quoted))
        yield text(f"{name[:20]} as the id", WHOLE.replace("id: spoilt", f"id: {quoted}"))


def _only(role: str) -> str:
    """A role, and the one act that it does."""
    return (
        f"roles: {{{role}: {{kind: judge}}}}\n"
        f"triggers:\n  close: {{who: {role}, moves: {{from: identified, to: closed}}}}\n"
    )


_DATES = (
    *("0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2024-02-30", "2023-02-29"),
    *("2024-13-01", "2024-1-1", "24-01-01", "01/02/2024", "2024-01-01T00:00:00Z", "today"),
    *("-2024-01-01", "2024-01-01 ", "99999999999999999999-01-01", "2024-W01-1", "20240101"),
)


def _dates() -> Iterator[Input]:
    for day in _DATES:
        for old, new in (
            ("last: 2024-01-01", "last: '{}'"),
            ("signed: 2024-05-01, until: unspecified", "signed: '{}', until: '{}'"),
            ("in_force: {from: 2022-02-17}", "in_force: {from: '{}'}"),
        ):
            yield text(f"{day} in `{new}`", put(old, new.replace("{}", day)))
        yield text(
            f"{day} in a note that accepts",
            put("document: protocol", f"document: 1 # protocolkit: ignore[PK006] until {day}"),
        )
    for every in ("9999 calendar years", "100000000 business days", "1 business day"):
        for last in ("9999-12-31", "0001-01-01"):
            review = f"review: {{every: {every}, last: {last}}}"
            old = "review: {every: 1 calendar year, last: 2024-01-01}"
            yield text(f"a review {every} after {last}", put(old, review))


def _calendars() -> Iterator[Input]:
    days = [f"fixed {month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32)]
    real = [f"fixed {month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    weeks = [
        f"{which} {day} of {month}"
        for which in ("first", "second", "third", "fourth", "fifth", "last")
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
        for month in ("january", "february", "june", "december")
    ]
    spans = [f"easter {number:+}" for number in range(-300, 300)]
    for name, closed in (
        ("every day there is and some more", days),
        ("nearly every day", real),
        ("many days of the week", weeks),
        ("all around easter", spans),
        ("one day 5,000 times", ["fixed 01-01"] * 5_000),
        ("days that do not exist", ["fixed 02-30", "fixed 13-01", "fixed 00-00", "easter +999999"]),
        ("words", ["christmas", "sometimes", "", "fixed", "easter", "last of may", "fixed 12-25,"]),
    ):
        rules = ", ".join(f'"{rule}"' for rule in closed)
        yield text(name, put("[fixed 01-01, easter -2, last monday of may]", f"[{rules}]"))
    for open_ in (
        *("mon-fri 08:30-08:30", "mon-fri 16:30-08:30", "mon-fri 00:00-24:00", "mon 00:00-00:01"),
        *("sun-sat 23:59-00:01", "mon-fri 25:00-26:00", "mon-fri", "08:30-16:30", "monday", "x"),
        *("fri-mon 08:00-09:00", "mon,mon 08:00-09:00", "mon-fri 8:30-16:30", "mon-fri 08:30 -"),
        *("mon-fri 08:30-12:00, mon-fri 11:00-16:30", "mon-sun 00:00-24:00", "always", "never"),
    ):
        yield text(f"open {open_}", put("open: mon-fri 08:30-16:30", f"open: '{open_}'"))
    for zone in (
        *("UTC", "Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "America", "posixrules", "Z"),
        *("+01:00", "EST5EDT", "a" * 5_000, "America/Chicago\u00a0", "AMERICA/CHICAGO", "zone.tab"),
        *("tzdata.zi", "leapseconds", ".", "..", "America/", "con", "Antarctica/Troll"),
    ):
        yield text(f"a zone {zone[:20]}", put("timezone: America/Chicago", f"timezone: '{zone}'"))
    for limit in (
        *("within 100000 business days", "within 999 business days, at most 1 hour"),
        *("2 business days of office before team", "within 120000 calendar months", "at once"),
        *("within 0 hours", "within 1 business day 1 hour 1 minute 1 second", "within -2 hours"),
        *("within 1 business day of nowhere", "within 5 hours after after after", ", , ,"),
        *("within 2 hours after first(report) before team", "at most at most 2 hours"),
    ):
        yield text(f"a limit {limit}", put("due: within 2 business days\n", f"due: {limit}\n"))
    yield text(
        "an office that opens for one minute on one day",
        put("open: mon-fri 08:30-16:30", "open: mon 00:00-00:01")
        .replace(
            "[fixed 01-01, easter -2, last monday of may]",
            "[" + ", ".join(f'"{rule}"' for rule in real) + "]",
        )
        .replace("within 2 business days", "within 300 business days of office, at most 5 hours"),
    )


def _circles() -> Iterator[Input]:
    facts = "facts: {a: {type: boolean, recorded_by: djo}}\n"
    yield text("a term of itself", WHOLE + facts + "terms: {t: t or a is true}\n")
    yield text("two terms of each other", WHOLE + facts + "terms: {t: u, u: t}\n")
    ring = ", ".join(f"t{n}: t{(n + 1) % 3_000}" for n in range(3_000))
    yield text("3,000 terms in a ring", WHOLE + facts + f"terms: {{{ring}}}\n")
    yield text("a parameter of itself", WHOLE + "parameters: {p: p, q: {value: q}}\n")
    yield text("a file that builds on itself", "extends: hostile.yaml\nset: {a: b}\n")
    yield text(
        "a role that stands in for itself",
        put("substitutes: [deputy]", "substitutes: [supervisor]"),
    )
    yield text(
        "a move to the same state",
        put("to: reported}\n    channel", "to: identified}\n    channel"),
    )
    yield text(
        "a follow-up that opens itself",
        WHOLE + "follow_ups:\n  a: {opens_with: a.opened, who: djo, due: within 2 hours}\n",
    )
    yield text(
        "follow-ups that open each other",
        WHOLE
        + "follow_ups:\n"
        + "".join(
            f"  f{n}: {{opens_with: f{(n + 1) % 50}.opened, who: djo, due: within 2 hours}}\n"
            for n in range(50)
        ),
    )


def _built_on() -> Iterator[Input]:
    """Overlays on what is no protocol."""
    for base in (
        *("nowhere.yaml", ".", "..", "/", "/dev/null", "/dev/zero", "/dev/random", "/etc/passwd"),
        *("../../../../../../etc/passwd", "a" * 5_000, "a/" * 2_000, "fifo", "loop", "folder"),
        *("http://localhost:1/x.yaml", "file:///etc/passwd", "\\\\host\\share\\x", "~", "", " "),
        *("$HOME/x.yaml", "%2e%2e/x", "con", "broken.yaml", "big.yaml", "ring.yaml"),
    ):
        name = base if len(base) < 40 else f"{base[:10]}... ({len(base)} letters)"
        yield text(f"on {name}", f"extends: '{base}'\nset: {{a: 2 hours}}\n")
    for key in ("set", "add", "change", "remove"):
        for kind in _OTHER_KINDS:
            yield text(f"{key} as {kind}", f"extends: good.yaml\n{key}: {kind}\n")
            yield text(
                f"{key} of roles as {kind}", f"extends: good.yaml\n{key}: {{roles: {kind}}}\n"
            )
    yield text("nothing of it", "extends: good.yaml\nremove: {states: [identified, closed]}\n")
    yield text("a list of bases", "extends: [good.yaml, good.yaml]\n")


FAMILIES = (
    Family("cut off", MAY_REFUSE, _cut),
    Family("bits and lines changed", MAY_REFUSE, _flipped),
    Family("values of another kind", MAY_REFUSE, _another_kind),
    Family("names", MAY_REFUSE, _names),
    Family("dates", MAY_REFUSE, _dates),
    Family("calendars and limits", MAY_REFUSE, _calendars),
    Family("circles", MAY_REFUSE, _circles),
    Family("built on what is none", MAY_REFUSE, _built_on),
)
