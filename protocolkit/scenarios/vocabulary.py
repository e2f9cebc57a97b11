"""The other forms of scenario files: the file, a scenario, what is expected.

With `acts` this is the one table that the reader, the JSON Schema and the reference page are
made from. Imports the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.language.types import ElementOf, Flag, Key, ListOf, MapOf, Ref, Word
from protocolkit.scenarios.acts import ATTENDED, must
from protocolkit.scenarios.shapes import (
    NO_DATE,
    NOBODY,
    NONE,
    PAUSED,
    ROLE,
    TEXT,
    TIME,
    Facts,
    Form,
    Some,
    SomeOf,
    States,
    Time,
    key_of,
)

_INSTANT = Time(words=(*NO_DATE, PAUSED))
_OPEN_WORDS = ("open", "overdue")
_ENDED_WORDS = ("met", "met-late", "satisfied-by", "declined", "waived", "cancelled")
_VERDICTS = ("holds", "pending", "broken", "kept")
_AT = key_of("at", TIME, "when", "2025-03-04 12:00")


def _status(words: tuple[str, ...], example: str) -> Key:
    return key_of("status", Word(words=words), "how it stands", example)


_EXPECT = Form(
    name="expect",
    doc="What must be so now. Whatever is not said is not looked at, but for `open`: it is "
    "complete, so without it nothing may be open.",
    keys=(
        key_of("states", States(), "the state of each strand named", "{case: reported}"),
        key_of(
            "open",
            MapOf(item=ListOf(item=ElementOf(kind="owing")), keys=Ref(kinds=("instance",))),
            "every follow-up that is open; nothing else is",
            "{see: {due: 2025-03-04 12:00}}",
        ),
        key_of(
            "ended",
            SomeOf(item=ElementOf(kind="ended"), keys=Ref(kinds=("instance",))),
            "how follow-ups ended: the last one of that name, or the one named",
            "{see: met}",
        ),
        key_of("facts", Facts(some=True), "the value of each fact, or `unknown`", "{danger: true}"),
        key_of(
            "holders",
            SomeOf(item=TEXT, keys=ROLE),
            "who holds a role of this case, or `nobody`",
            "{caseworker: c-1}",
        ),
        key_of(
            "meetings",
            SomeOf(item=ElementOf(kind="meeting")),
            "how a meeting stands, by its id",
            "{m-1: held}",
        ),
        key_of(
            "told",
            ListOf(item=ElementOf(kind="told")),
            "everybody who was told something since the start, in order",
            "[supervisor, judge]",
        ),
        key_of(
            "levels",
            ListOf(item=ElementOf(kind="level")),
            "every level of a ladder that came since the start, in order",
            "[late.first]",
        ),
        key_of(
            "undecided",
            ListOf(item=Ref(kinds=("follow_up",))),
            "the follow-ups of which nobody can tell yet whether they are owed",
            "[check_details]",
        ),
        key_of(
            "left_out",
            ListOf(item=Ref(kinds=("instance",))),
            "everybody whom a follow-up left out since the start, in order",
            "[notify/guardian]",
        ),
        key_of(
            "sign_offs",
            SomeOf(item=ElementOf(kind="sign_offs"), keys=Ref(kinds=("act",))),
            "who has agreed to an act that waits, and who is missing; `none`: nobody has agreed",
            "{agree_plan: {signed: officer, missing: caseworker}}",
        ),
        key_of(
            "links",
            SomeOf(item=ElementOf(kind="link"), keys=Ref(kinds=("link",))),
            "how a hand-over stands",
            "{transfer: offered}",
        ),
        key_of(
            "properties",
            SomeOf(item=Word(words=_VERDICTS), keys=Ref(kinds=("property",))),
            "how it stands with what must be so in every case",
            "{reporter_hears: pending}",
        ),
        key_of("closed", Flag(), "whether the case is closed", "true"),
        key_of("version", TEXT, "the version of the protocol that the case is on", '"2020"'),
    ),
)

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form(
            name="file",
            doc="The whole file. Its name ends in `.scenarios.yaml`.",
            keys=(
                key_of(
                    "protocol",
                    ListOf(item=TEXT),
                    "the protocol's file, from where this file is; several versions or protocols "
                    "as a list, the one that cases open under first",
                    "larkspur.yaml",
                ),
                must(
                    key_of(
                        "scenarios",
                        SomeOf(item=ElementOf(kind="scenario")),
                        "the scenarios, each with a name",
                        "",
                    )
                ),
            ),
        ),
        Form(
            name="scenario",
            doc="One story of one case. All its times are local times of the protocol's zone.",
            keys=(
                key_of("title", TEXT, "what it tells", "The officer is late"),
                key_of("protocol", ListOf(item=TEXT), "as in the file, for this one", "other.yaml"),
                must(key_of("start", TIME, "when it begins", "2025-03-04 09:00")),
                must(
                    key_of(
                        "steps",
                        Some(item=ElementOf(kind="step")),
                        "what happens and what must be so, one after the other",
                        "",
                    )
                ),
            ),
        ),
        _EXPECT,
        Form(
            name="owing",
            doc="An open follow-up. `see/2` names the second one of that name, `notify/guardian` "
            "the one for that recipient or holder; if several are open, a list says each.",
            keys=(
                _status(_OPEN_WORDS, "overdue"),
                key_of(
                    "who",
                    ListOf(item=Ref(kinds=("role", "person"), words=("unspecified", NOBODY))),
                    "the roles that owe it; or the person (`as`) who did what the rule names; "
                    "`nobody`: nobody has done that yet",
                    "[officer, guardian]",
                ),
                key_of("owed_to", TEXT, "to whom, or `unspecified`", "judge"),
                key_of("item", Ref(kinds=("item",)), "the one recipient it is for", "guardian"),
                key_of("holder", Ref(kinds=("item",)), "the one who owes it", "caseworker"),
                key_of(
                    "missing",
                    ListOf(item=Ref(kinds=("item",))),
                    "the parts and holders that are still missing",
                    "[health, school]",
                ),
                key_of("paused", Flag(), "whether its clock stands", "true"),
                key_of("vacant", Flag(), "whether there is nobody who could do it", "true"),
                key_of("opened", TIME, "since when it is owed", "2025-03-04 10:00"),
                key_of("aim", _INSTANT, "when it should be done", "2025-03-04 10:00"),
                key_of("due", _INSTANT, "until when it must be done", "2025-03-04 12:00"),
                key_of("outer", _INSTANT, "its outer limit", "2025-03-04 16:00"),
            ),
            short="status",
        ),
        Form(
            name="ended",
            doc="A follow-up that is not open any more.",
            keys=(
                _status(_ENDED_WORDS, "met-late"),
                key_of("late", Flag(), "whether that was after its limit", "true"),
                key_of("at", TIME, "when it ended", "2025-03-04 11:30"),
                key_of("because", TEXT, "the reason that the protocol gives", "closed"),
            ),
            short="status",
            some=True,
        ),
        Form(
            name="meeting",
            doc="A meeting, by its id.",
            keys=(
                _status(("set", "held", "adjourned", "called_off"), "held"),
                key_of("for", TIME, "when it is to be", "2025-03-06 10:00"),
                ATTENDED,
            ),
            short="status",
            some=True,
        ),
        Form(
            name="told",
            doc="Somebody who was told something.",
            keys=(
                key_of("role", TEXT, "the role, or the person if it went to no role", "judge"),
                key_of("person", TEXT, "the person", "j-1"),
                _AT,
            ),
            short="role",
            some=True,
        ),
        Form(
            name="level",
            doc="A level that came: the ladder and the level's id, or its number.",
            keys=(key_of("level", Ref(kinds=("level",)), "which", "late.first"), _AT),
            short="level",
            some=True,
        ),
        Form(
            name="sign_offs",
            doc="How far the agreement to an act has come.",
            keys=(
                key_of("signed", ListOf(item=ROLE), "the roles that have agreed", "[officer]"),
                key_of("missing", ListOf(item=ROLE), "the roles that have not", "[caseworker]"),
                key_of("status", Word(words=(NONE,)), "nobody has agreed yet, or any more", NONE),
            ),
            short="status",
            some=True,
        ),
        Form(
            name="link",
            doc="A hand-over to another protocol.",
            keys=(
                _status((NONE, "offered", "accepted", "declined"), "offered"),
                key_of("at", TIME, "since when", "2025-03-04 12:00"),
                key_of("case", TEXT, "the case there: its id, or its number there", "ref-9"),
            ),
            short="status",
            some=True,
        ),
    )
}
"""The other maps, by name."""
