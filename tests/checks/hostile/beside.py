"""Files that stand beside a protocol: rosters and configs, spoilt in the same ways."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.checks.hostile import sizes, tricks
from tests.checks.hostile.inputs import MAY_REFUSE, Family, Input, text
from tests.checks.hostile.signs import NOT_UTF8, OTHER_FILES, UNSEEN

_ROSTER = """\
people:
  u-17: {roles: [djo], can: [listening]}
  u-18: {roles: [djo]}
  u-19: {roles: djo}
"""
_CONFIG = """\
profile = "strict"
select = ["PK105", "look-alike-names"]
ignore = ["PK102"]
[severity]
PK301 = "advice"
[thresholds]
PK811 = 15
[files."old/*"]
profile = "minimal"
"""


def _bad_bytes(whole: str) -> Iterator[Input]:
    data = whole.encode()
    for bad in NOT_UTF8:
        for spot in (0, 9, len(data)):
            yield Input(f"{bad!r} at {spot}", data[:spot] + bad + data[spot:])
    for sign in UNSEEN:
        yield text(f"U+{ord(sign):04X}", whole[:9] + sign + whole[9:])
    for encoding in ("utf-16", "utf-16-le", "utf-32", "cp037"):
        yield Input(encoding, whole.encode(encoding))
    yield from (Input(*each) for each in OTHER_FILES)


def _changed(whole: str, seed: int) -> Iterator[Input]:
    """Cut off at every few bytes, and with bits changed."""
    data = whole.encode()
    yield from (Input(f"after {at} bytes", data[:at]) for at in range(0, len(data), 5))
    chance = Random(seed)
    for number in range(40):
        spoilt = bytearray(data)
        for _ in range(chance.choice((1, 1, 3, 9))):
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        yield Input(f"bits, {number}", bytes(spoilt))


def _rosters() -> Iterator[Input]:
    yield from _bad_bytes(_ROSTER)
    for family in (*tricks.FAMILIES[:3], *sizes.FAMILIES[:2]):
        for one in family.inputs():
            yield Input(f"{family.name}: {one.name}", one.data)
    for name, content in (
        ("nobody", "people: {}"),
        ("one without a name", "people: {'': {roles: [djo]}}"),
        ("one twice", "people:\n  a: {roles: [djo]}\n  a: {roles: [djo]}"),
        ("one key more", _ROSTER + "places: {}\n"),
        ("one word more", "people: {a: {role: [djo]}}"),
        ("a role that is none", "people: {a: {roles: [queen]}}"),
        ("100,000 roles that are none", "people: {a: {roles: [" + "x, " * 60_000 + "]}}"),
        ("another role in other letters", "people: {a: {roles: [dj\u043e]}}"),
    ):
        yield text(name, content)
    for kind in ("[]", "{}", "x", "''", "[[x]]", "{x: {y: z}}", "null", "17", "[x, {y: z}]"):
        yield text(f"people as {kind}", f"people: {kind}\n")
        yield text(f"a person as {kind}", f"people: {{a: {kind}}}\n")
        yield text(f"roles as {kind}", f"people: {{a: {{roles: {kind}}}}}\n")
        yield text(f"abilities as {kind}", f"people: {{a: {{roles: [djo], can: {kind}}}}}\n")


def _rosters_cut() -> Iterator[Input]:
    yield from _changed(_ROSTER, 17)
    many = "".join(f"  u-{number}: {{roles: [djo]}}\n" for number in range(2_000))
    yield text("2,000 people", f"people:\n{many}")


def _configs() -> Iterator[Input]:
    yield from _bad_bytes(_CONFIG.replace("# ", ""))
    deep = 100_000
    for name, content in (
        ("lists in lists", "select = " + "[" * deep),
        ("lists in lists, closed", "select = " + "[" * deep + "]" * deep),
        ("tables in tables", "a = " + "{b = " * deep),
        ("a key of 10,000 parts", ".".join("a" * 10_000) + " = 1"),
        ("a table of 10,000 parts", f"[{'.'.join('a' * 10_000)}]"),
        ("a number of 100,000 digits", "[thresholds]\nPK811 = " + "9" * deep),
        ("a number in another base", "[thresholds]\nPK811 = 0x" + "f" * deep),
        ("a text that never ends", 'profile = """' + "a" * deep),
        ("100,000 checks that are none", "select = [" + '"x", ' * deep + "]"),
        ("100,000 keys that are none", "".join(f"k{number} = 1\n" for number in range(deep))),
        ("more than two million bytes", "#" * 2_000_001),
        ("a key twice", 'profile = "strict"\nprofile = "paper"'),
        ("a table twice", "[severity]\n[severity]"),
        ("no value", "profile ="),
        ("no key", '= "strict"'),
        ("YAML", "profile: strict"),
        ("less than none", "[thresholds]\nPK811 = -1"),
        ("nearly one", "[thresholds]\nPK811 = 0.9999"),
        ("no number at all", "[thresholds]\nPK811 = nan"),
        ("yes", "[thresholds]\nPK811 = true"),
        ("a check in other letters", 'select = ["\u0420K102"]'),
        ("what cannot be left out", 'ignore = ["PK001"]'),
        ("everything", 'ignore = ["PK"]'),
    ):
        yield text(name, content + "\n")
    for key in ("profile", "select", "ignore", "severity", "thresholds", "files"):
        for kind in ("17", "1.5", "nan", "true", "2024-01-01", "[[]]", "[1, true]", "{a = 1}"):
            yield text(f"{key} as {kind}", f"{key} = {kind}\n")


def _configs_cut() -> Iterator[Input]:
    yield from _changed(_CONFIG, 19)
    for pattern in ("*a" * 30 + "b", "[" * 500, "?" * 5_000, "**/" * 500, "[!", "\\", "../*", ""):
        yield text(f"files `{pattern[:20]}`", f"[files.'{pattern}']\nprofile = 'minimal'\n")


FAMILIES = (
    Family("rosters", MAY_REFUSE, _rosters, "roster"),
    Family("rosters changed", MAY_REFUSE, _rosters_cut, "roster"),
    Family("configs", MAY_REFUSE, _configs, "config"),
    Family("configs changed", MAY_REFUSE, _configs_cut, "config"),
)
