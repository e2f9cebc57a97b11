"""The pages of the faults that the reader of a protocol file finds itself.

Prose only: what each fault is, why it matters, where the rule comes from, a wrong and a
right example. The reader decides when a fault is there and words its message. Imports
findings and nothing else, so that reading a file costs no more than it must.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.ground.findings import CheckInfo

_FAULTS = (
    CheckInfo(
        code="PK001",
        name="yaml-syntax",
        severity="error",
        summary="The file is not valid YAML, so nothing after this point can be read.",
        why="""\
A missing bracket or a wrong indent can change what belongs to what. If we guessed, a case
could be run under rules that nobody agreed to. So the file is not used until it is fixed.""",
        source="YAML 1.2.2, chapters 5 to 9",
        wrong="""\
triggers:
  close:
    who: [djo
    moves: {from: identified, to: closed}
""",
        right="""\
triggers:
  close:
    who: [djo]
    moves: {from: identified, to: closed}
""",
        how="""\
Reported by the YAML reader, at the place where it could not go on. The cause often stands a
line or two above: look for a missing `:`, `]` or `}`, a tab, or a line that is set too far in.
Curly quotes at the start of a text and no-break spaces, which a word processor puts in, are
reported as well. So are lines of Markdown. Anchors, aliases, merge keys, tags and a second document
in the file are refused too. They make a file hard to read for people.""",
    ),
    CheckInfo(
        code="PK002",
        name="duplicate-key",
        severity="error",
        summary="The same name stands twice in one place.",
        why="""\
Most YAML tools keep the second entry and drop the first without a word. A step that the
partners agreed on would be gone, and nobody would see it go.""",
        source="YAML 1.2.2, §3.2.1.1: the keys of a mapping are unique",
        wrong="""\
states:
  identified: {initial: true}
  closed: {final: true}
  closed: {final: true, title: Closed by the supervisor}
""",
        right="""\
states:
  identified: {initial: true}
  closed: {final: true, title: Closed by the supervisor}
""",
        how="""\
Every map in the file is looked at as it is written. Both places are shown. Two elements of
different sections may share a name; two keys of one map may not.""",
    ),
    CheckInfo(
        code="PK003",
        name="ambiguous-scalar",
        severity="error",
        summary="YAML tools do not agree on what this value is.",
        why="""\
Older tools read `no` and `ON` as false and true, `17:00` as the number 1020 and `010` as 8.
If two agencies open one file with two tools, they must not get two protocols.""",
        source="YAML 1.1 types `bool` and `int`, against YAML 1.2.2, §10.3.2",
        wrong="""\
jurisdiction: ON
""",
        right="""\
jurisdiction: "ON"
""",
        how="""\
A value without quotes is compared with the rules of YAML 1.1. If they give something other
than the text or the number that this language reads, it is reported. Quotes always settle
it, and never change what the file means here. Where a limit should stand, `17:00` is wrong with
quotes as well: that is PK006.""",
        fix="safe",
    ),
    CheckInfo(
        code="PK004",
        name="unknown-key",
        severity="error",
        summary="This key does not exist in this place.",
        why="""\
A key with a typing slip would be skipped, and with it a limit, a follow-up or a person who
should have been told. So nothing that somebody wrote is ever skipped.""",
        source="JSON Schema 2020-12, core §10.3.2.3 (`additionalProperties`)",
        wrong="""\
triggers:
  close:
    who: djo
    movs: {from: identified, to: closed}
""",
        right="""\
triggers:
  close:
    who: djo
    moves: {from: identified, to: closed}
""",
        how="""\
Compared with the one table of all keys of the language. When one known key is close to what
was written, it is offered. For a word that people often use, such as `actors`, the key that says
it is offered: `roles`. Otherwise the keys that may stand here are listed.""",
        fix="unsafe",
    ),
    CheckInfo(
        code="PK005",
        name="missing-key",
        severity="error",
        summary="Something that must be said is not said.",
        why="""\
What is not said is filled in by each reader: without a `who`, everybody thinks that somebody
else will do it. If the source does not say, write `unspecified`: then the gap is seen, and people
can talk about it.""",
        source="JSON Schema 2020-12, validation §6.5.3 (`required`)",
        wrong="""\
triggers:
  close:
    moves: {from: identified, to: closed}
""",
        right="""\
triggers:
  close:
    who: djo
    moves: {from: identified, to: closed}
""",
        how="""\
Compared with the one table of all keys of the language. A gap that is said out loud with
`unspecified` is no error.""",
        fix="unsafe",
    ),
    CheckInfo(
        code="PK006",
        name="wrong-type",
        severity="error",
        summary="The value is not of the kind that this key takes.",
        why="""\
What can be read in two ways is read in two ways by two agencies. `24` could be hours or days,
and a bare `days` could count the weekend or leave it out: for a child who waits, that is a weekend
alone. So there is one way to say each thing.""",
        source="JSON Schema 2020-12, validation §6.1.1 (`type`) and §6.1.2 (`enum`)",
        wrong="""\
follow_ups:
  tell_the_reporter:
    opens_with: close
    who: djo
    due: 24
""",
        right="""\
follow_ups:
  tell_the_reporter:
    opens_with: close
    who: djo
    due: within 24 hours
""",
        how="""\
Each key of the language has one kind of value: a text, a whole number, a date, a limit, one
word of a list, a map. Nothing is turned from one kind into another. Where a list is
expected, one item may stand without brackets.""",
    ),
    CheckInfo(
        code="PK007",
        name="deprecated-syntax",
        severity="warning",
        summary="This is an older way to write it. It still works, but will go away.",
        why="""\
A protocol lives longer than one version of this tool. Old files go on working, and whoever
looks after them learns early what to change.""",
        source="Semantic Versioning 2.0.0, on deprecating functionality",
        wrong="",
        right="",
        how="""\
Compared with a table of renamed keys and words. Version 1 is the first version of the
language, so the table is empty today and nothing is reported.""",
    ),
    CheckInfo(
        code="PK101",
        name="undefined-reference",
        severity="error",
        summary="A name is used that nothing in the file declares.",
        why="""\
A step that leads to a state nobody declared, or a notice to a role that does not exist,
reaches no one. On the day it is needed it is too late to find the typing slip.""",
        source="Aho, Lam, Sethi and Ullman 2006, §2.7: symbol tables",
        wrong="""\
triggers:
  close:
    who: djo
    moves: {from: identified, to: close}
""",
        right="""\
triggers:
  close:
    who: djo
    moves: {from: identified, to: closed}
""",
        how="""\
Every name in the file, also those in limits and conditions, is looked up among what the file
declares. When one declared name is close, it is offered. Names of people are never looked
up: people stand in a roster, not in a protocol.""",
        fix="unsafe",
    ),
    CheckInfo(
        code="PK104",
        name="import-problem",
        severity="error",
        summary="The protocol that this file builds on cannot be used.",
        why="""\
A county that builds on a shared protocol relies on every step of it. If the shared file is
missing, or two files wait for each other, half of the protocol would be gone.""",
        source="Cardelli 1997, Program Fragments, Linking, and Modularization",
        wrong="""\
extends: no_such_county
""",
        right="""\
extends: base
""",
        how="""\
The file named by `extends` is looked for beside this one. Reported when it is not there,
cannot be read, builds on this file again, or when this file changes or removes something
that the other does not have.""",
    ),
    CheckInfo(
        code="PK401",
        name="condition-fault",
        severity="error",
        summary="A condition cannot be read, or compares things that cannot be compared.",
        why="""\
A condition decides whether a step may be taken or a follow-up opens. If it makes no sense it
would never be true, and the follow-up for this child would never open.""",
        source="Pierce 2002, Types and Programming Languages, chapter 8",
        wrong="""\
facts:
  age: {type: integer, range: 0..20}
triggers:
  close:
    who: djo
    records: age
    needs: {grown_up: age is confirmed}
    moves: {from: identified, to: closed}
""",
        right="""\
facts:
  age: {type: integer, range: 0..20}
triggers:
  close:
    who: djo
    records: age
    needs: {grown_up: age >= 18}
    moves: {from: identified, to: closed}
""",
        how="""\
Conditions have a small fixed grammar. Each part is compared with the kinds of the facts,
states and follow-ups that it names. Whether a condition can ever be true is another
question, which this check does not ask.""",
    ),
)

FAULTS: Mapping[str, CheckInfo] = {info.code: info for info in _FAULTS}
"""The pages of the reader's own faults, by code."""
