"""Bytes and characters: what is not UTF-8, unseen signs, line ends, letters that look alike."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from tests.checks.hostile.inputs import (
    MAY_REFUSE,
    MUST_REFUSE,
    WHOLE,
    Family,
    Input,
    put,
    text,
)
from tests.language.samples import GOOD

_GOOD = GOOD.encode()
_SPOTS = (0, 7, _GOOD.index(b"Sample County"), _GOOD.index(b"happened("), len(_GOOD))
"""In the first key, behind it, in a value, in a condition, at the end."""

NOT_UTF8 = (
    *(b"\xff", b"\x80", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"),
    *(b"\xf4\x90\x80\x80", b"caf\xe9", b"\xfe\xff"),
)
UNSEEN = (
    *"\x00\x01\x07\x08\x0b\x0c\x1b\x1f\x7f\x80\x85\x9b\xad\u061c\u180e\u200b\u200c\u200d\u200e",
    *"\u200f\u2028\u2029\u202a\u202b\u202d\u202e\u2060\u2066\u2067\u2069\ufeff\ufff9\ufffe\uffff",
    *("\U000e0001", "\U000e0041", "\ud800", "\udfff"),
)
_ENCODINGS = (
    *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    *("cp037", "cp500"),
)
OTHER_FILES = (
    ("an archive", gzip.compress(_GOOD, mtime=0)),
    ("a text document", b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256))),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(64)),
    ("a program", b"\x7fELF\x02\x01\x01" + bytes(64)),
    ("a database", b"SQLite format 3\x00" + bytes(84)),
    ("a portable document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    ("nothing but zeros", bytes(5_000)),
    ("nothing but ones", b"\xff" * 5_000),
    ("every byte", bytes(range(256))),
    ("a page of the web", b"<!DOCTYPE html><html><body>protocolkit: 1</body></html>"),
    ("a program's source", b"import os\nos.system('true')\n"),
    ("a table", b"id,title,who\n1,=cmd|' /C calc'!A0,djo\n"),
)


def _not_utf8() -> Iterator[Input]:
    for number, bad in enumerate(NOT_UTF8):
        for spot in _SPOTS:
            yield Input(f"{bad!r} at {spot}", _GOOD[:spot] + bad + _GOOD[spot:])
        yield Input(f"{bad!r} alone", bad)
        yield Input(f"{bad!r} in a comment, {number}", b"# " + bad + b"\n" + _GOOD)


def _encodings() -> Iterator[Input]:
    for encoding in _ENCODINGS:
        yield Input(encoding, GOOD.encode(encoding))
        yield Input(f"the first letter in {encoding}", "i".encode(encoding))
    yield from (Input(*each) for each in OTHER_FILES)


def _unseen() -> Iterator[Input]:
    for sign in UNSEEN:
        shown = f"U+{ord(sign):04X}"
        yield text(f"{shown} in a name", put("  supervisor: {kind", f"  super{sign}visor: {{kind"))
        yield text(f"{shown} in a title", put("A sample", f"A {sign}sample"))
        yield text(f"{shown} in a comment", GOOD + f"# a note {sign}\n")
    yield text("a mark in the middle", "id: x\n\ufeff" + GOOD)
    yield text("two marks at the start", "\ufeff\ufeff" + GOOD)


def _escaped() -> Iterator[Input]:
    """The same signs, as double quotes can write them."""
    for escape in ("x00", "x1b[31m", "u202e", "u2066", "ufeff", "U000E0041", "ud800", "0", "e"):
        yield text(f"\\{escape} by an escape", put("A sample", f'"A \\{escape}sample"'))
    for escape in ("U00110000", "uZZZZ", "q", "x4"):
        yield text(f"\\{escape}, which is none", put("A sample", f'"A \\{escape}"'))


def _line_ends() -> Iterator[Input]:
    for name, end in (
        ("carriage returns", "\r"),
        ("the wrong way round", "\n\r"),
        ("next lines", "\x85"),
        ("line separators", "\u2028"),
        ("paragraph separators", "\u2029"),
        ("vertical tabs", "\x0b"),
        ("form feeds", "\x0c"),
    ):
        yield text(name, GOOD.replace("\n", end))
        yield text(f"one of: {name}", put("version: ", f"{end}version: "))


def _fine() -> Iterator[Input]:
    yield text("lines of Windows", GOOD.replace("\n", "\r\n"))
    yield text("lines of both kinds", GOOD.replace("\n", "\r\n", 20))
    yield text("a byte order mark", "\ufeff" + GOOD)
    yield text("a mark and lines of Windows", "\ufeff" + GOOD.replace("\n", "\r\n"))
    yield text("no line end at the end", GOOD.rstrip())
    yield text("spaces behind every line", GOOD.replace("\n", "   \n"))
    yield text("tabs behind every line", GOOD.replace("\n", "\t\n"))
    for name, title in (
        ("Arabic", "بروتوكول"),
        ("Hebrew and Latin", "שלום county"),
        ("emoji of several parts", "\U0001f469\U0001f3fd"),
        ("marks upon marks", "e" + "\u0301" * 500),
        ("a sign that no letter carries", "\u0301sample"),
        ("letters of mathematics", "\U0001d4d0\U0001d4d1"),
        ("private letters", "\ue000\U0010fffd"),
        ("Turkish", "\u0130stanbul \u0131s\u0131"),
    ):
        yield text(f"a title in {name}", put("A sample", title))


def _look_alikes() -> Iterator[Input]:
    """Names that are no names, or are written in two ways."""
    for name, sign in (
        ("Cyrillic", "supervis\u043er"),
        ("wide", "\uff53upervisor"),
        ("mathematical", "\U0001d4fcupervisor"),
        ("with a mark", "supervis\u00f6r"),
        ("with a mark apart", "superviso\u0308r"),
        ("Arabic", "مشرف"),
        ("with a ligature", "o\ufb03cer"),
        ("with a no-break space", "super\u00a0visor"),
        ("with a dash that is none", "super\u2010visor"),
        ("with a long s", "\u017fupervisor"),
    ):
        yield text(f"a role's name, {name}", put("  supervisor: {kind", f"  {sign}: {{kind"))
        yield text(f"a role's use, {name}", put("waits_for: supervisor", f"waits_for: {sign}"))
    for name, sign in (
        ("a superscript", "\u00b2"),
        ("Arabic", "\u0664"),
        ("wide", "\uff14"),
        ("a circle", "\u2463"),
    ):
        yield text(
            f"digits, {name}: a limit", put("within 2 business days", f"within {sign} hours")
        )
        yield text(f"digits, {name}: a condition", put("age >= 14", f"age >= {sign}"))
        yield text(f"digits, {name}: a range", put("0..20", f"0..{sign}"))
        yield text(f"digits, {name}: a number", put("items: 10", f"items: {sign}"))
        yield text(f"digits, {name}: hours", put("16:30", f"1{sign}:30"))
        yield text(f"digits, {name}: a holiday", put("easter -2", f"easter -{sign}"))
        yield text(f"digits, {name}: a date", put("2024-01-01", f"202{sign}-01-01"))
    yield text(
        "one name in two ways", WHOLE + "facts: {caf\u00e9: {type: boolean}, cafe\u0301: {}}"
    )


def _tabs() -> Iterator[Input]:
    lines = GOOD.split("\n")
    for number in (5, 18, 40, 60, 90):
        spaces = len(lines[number]) - len(lines[number].lstrip())
        spoilt = "\t" * max(1, spaces // 2) + lines[number].lstrip()
        yield text(f"line {number}", "\n".join([*lines[:number], spoilt, *lines[number + 1 :]]))
    yield text("everywhere", GOOD.replace("  ", "\t"))
    yield text("first", "\t" + GOOD)


FAMILIES = (
    Family("not UTF-8", MUST_REFUSE, _not_utf8),
    Family("another encoding or kind of file", MUST_REFUSE, _encodings),
    Family("unseen signs", MUST_REFUSE, _unseen),
    Family("signs by an escape", MUST_REFUSE, _escaped),
    Family("line ends", MUST_REFUSE, _line_ends),
    Family("odd and fine", MAY_REFUSE, _fine),
    Family("letters that look alike", MUST_REFUSE, _look_alikes),
    Family("tabs", MUST_REFUSE, _tabs),
)
