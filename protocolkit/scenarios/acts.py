"""The ways of acting in a scenario: the part of the table that steps are read by.

Imports the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.language.types import Day, ElementOf, Key, ListOf, MapOf, Ref
from protocolkit.scenarios.shapes import (
    PROGRAMME,
    ROLE,
    TEXT,
    TIME,
    Act,
    Facts,
    Seats,
    Some,
    SomeOf,
    key_of,
)

ACTOR = (
    key_of(
        "by",
        Some(item=ROLE),
        "who acts: the role, or all the roles that this person holds",
        "officer",
        required=True,
    ),
    key_of("as", TEXT, "the person's id; without it the first role stands for the person", "o-1"),
    key_of("can", ListOf(item=TEXT), "what the person is trained for", "forensic_interview"),
    key_of(
        "at",
        TIME,
        "when it happens; time comes to it. Without it: now. Earlier than now: it is entered late",
        "2025-03-04 09:30",
    ),
    key_of("recorded", TIME, "when it is entered, if that is not at once", "2025-03-04 15:00"),
    key_of(
        "in",
        Ref(kinds=("place",), words=(PROGRAMME,)),
        "`programme`: in the standing case of the protocol; a link: in the case that it opened",
        PROGRAMME,
    ),
    key_of("label", TEXT, "a name for this step, so that a later one can put it right", "typed"),
)
"""Who acts, when and where: these go with every act."""

_FACTS = key_of("facts", Facts(), "what is recorded with it", "{danger: true}")
_MEETING = key_of("meeting", TEXT, "the meeting it belongs to, by its id", "m-1")
_ITEM = key_of(
    "item",
    Ref(kinds=("item",)),
    "which recipient, holder or part is meant",
    "guardian",
)
_EVIDENCE = key_of("evidence", TEXT, "the number of a document, never a text", "doc-12")
_REASON = key_of("reason", TEXT, "a code or a number, never a text", "r-3")
_EXCEPTION = key_of("exception", Ref(kinds=("exception",)), "the exception that is used", "urgent")
_UNDER = key_of(
    "under", Ref(kinds=("protocol",)), "which protocol, if several are named", "larkspur"
)
_SAME_AS = key_of(
    "same_as", Ref(kinds=("label",)), "the label of the step it repeats", "first_entry"
)
_HISTORY = key_of(
    "history",
    ListOf(item=ElementOf(kind="past")),
    "what happened before the case was kept here: dated acts and facts, the earliest first",
    "[{do: report, by: officer, at: 2025-03-03 09:00}]",
)
_ASSIGN = key_of("assign", MapOf(item=TEXT, keys=ROLE), "who gets a role", "{caseworker: c-1}")
ATTENDED = key_of("attended", Seats(), "who was there, in which role", "{advocate: a-1}")


def must(key: Key) -> Key:
    """The key where it must be there."""
    return key.replace(required=True)


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            name="open",
            doc="A case is opened.",
            about=ElementOf(kind="open"),
            keys=(
                _FACTS,
                _UNDER,
                _HISTORY,
            ),
            inside=True,
            example="{open: {by: officer, facts: {danger: true}}}",
        ),
        Act(
            name="adopt",
            doc="The protocol is adopted: its standing case begins, `in: programme`.",
            about=ElementOf(kind="adopt"),
            keys=(_FACTS, _UNDER),
            inside=True,
            example="{adopt: {by: judge}}",
        ),
        Act(
            name="do",
            doc="An act of the protocol is done, or agreed to by one of those who must agree; or a "
            "hand-over that a link offers is accepted.",
            about=Ref(kinds=("act", "link")),
            keys=(
                _FACTS,
                _ASSIGN,
                _MEETING,
                _ITEM,
                ATTENDED,
                _EXCEPTION,
                _REASON,
                _EVIDENCE,
            ),
            method="fire",
            example="{do: report, by: officer, at: 2025-03-04 09:30}",
        ),
        Act(
            name="record",
            doc="Facts are recorded that belong to no act.",
            about=Facts(some=True),
            keys=(),
            example="{record: {danger: true}, by: officer}",
        ),
        Act(
            name="correct",
            doc="A fact was recorded wrongly: this is the right value.",
            about=Facts(some=True),
            keys=(),
            example="{correct: {danger: false}, by: officer}",
        ),
        Act(
            name="void",
            doc="An earlier step was entered in error, or twice; it is named by its label.",
            about=Ref(kinds=("label",)),
            keys=(_SAME_AS,),
            undated=True,
            example="{void: typed, by: officer}",
        ),
        Act(
            name="read",
            doc="Somebody looks up a fact that the protocol does not show to everybody.",
            about=Ref(kinds=("fact",)),
            keys=(
                key_of("purpose", TEXT, "what for", "safety"),
                key_of("consent", TEXT, "the number of the consent", "doc-7"),
            ),
            undated=True,
            example="{read: danger, by: judge, purpose: safety}",
        ),
        Act(
            name="assign",
            doc="A role of this case is given to a person, or to `nobody`.",
            about=SomeOf(item=TEXT, keys=ROLE),
            keys=(),
            renamed={"assign": "holders"},
            example="{assign: {caseworker: c-1}, by: supervisor}",
        ),
        Act(
            name="complete",
            doc="A follow-up is done, or one part of it.",
            about=Ref(kinds=("instance",)),
            keys=(
                _ITEM,
                _EVIDENCE,
            ),
            example="{complete: notify, item: guardian, by: officer}",
        ),
        Act(
            name="decline",
            doc="Somebody with that right says no to a follow-up, to an act that waits or to "
            "a hand-over.",
            about=Ref(kinds=("instance", "act", "link")),
            keys=(
                _ITEM,
                _REASON,
            ),
            example="{decline: offer_help, by: minor}",
        ),
        Act(
            name="waive",
            doc="An authority sets a follow-up aside.",
            about=Ref(kinds=("instance",)),
            keys=(
                _ITEM,
                _REASON,
            ),
            example="{waive: notify, item: judge, by: supervisor, reason: r-3}",
        ),
        Act(
            name="extend",
            doc="An authority gives a follow-up more time.",
            about=Ref(kinds=("instance",)),
            keys=(
                must(key_of("until", TIME, "the new limit", "2025-03-07 12:00")),
                _ITEM,
                _REASON,
            ),
            example="{extend: notify, item: judge, by: supervisor, until: 2025-03-07 12:00}",
        ),
        Act(
            name="set",
            doc="A meeting is given a date.",
            about=Ref(kinds=("meeting",)),
            keys=(
                must(key_of("for", TIME, "when it is to be", "2025-03-06 10:00")),
                key_of("meeting", TEXT, "an id of your own for it", "m-1"),
            ),
            renamed={"for": "planned_at", "meeting": "id"},
            example="{set: team, by: supervisor, meeting: m-1, for: 2025-03-06 10:00}",
        ),
        Act(
            name="move",
            doc="A meeting is given another date.",
            about=TEXT,
            keys=(must(key_of("for", TIME, "when it is to be", "2025-03-07 10:00")),),
            renamed={"for": "planned_at"},
            example="{move: m-1, by: supervisor, for: 2025-03-07 10:00}",
        ),
        Act(
            name="call_off",
            doc="A meeting will not be held.",
            about=TEXT,
            keys=(),
            example="{call_off: m-1, by: supervisor}",
        ),
        Act(
            name="hold",
            doc="A meeting took place.",
            about=TEXT,
            keys=(
                must(ATTENDED),
                _EXCEPTION,
                _REASON,
            ),
            example="{hold: m-1, by: supervisor, attended: {supervisor: s-1, officer: o-1}}",
        ),
        Act(
            name="close_days",
            doc="An office is closed on more days than its calendar says, such as after a storm.",
            about=Ref(kinds=("calendar",)),
            keys=(
                must(
                    key_of("days", Some(item=Day()), "the days", "[2025-03-05, 2025-03-06]"),
                ),
            ),
            undated=True,
            example="{close_days: office, days: 2025-03-05, by: supervisor}",
        ),
    )
}
"""The ways of acting, in the order in which the page shows them."""

PAST = ("do", "record", "assign", "complete", "set", "move", "call_off", "hold")
"""The ways of acting that may stand in a history."""

BECAUSE = key_of(
    "because",
    Some(item=TEXT),
    "every reason for the refusal, no more and no fewer; the rule that refuses, or the fact that "
    "it asks for, may stand behind a slash",
    "[wrong-role, need-not-met/safe]",
    required=True,
)
KINDS = (*ACTS, "refused", "wait_until", "expect")
"""What a step may be."""


def actor_keys(act: Act, *, refused: bool = False) -> tuple[Key, ...]:
    """Which keys on who acts, when and where go with an act."""
    but = {
        *(("in", "label") if act.inside else ()),
        *(("label",) if refused else ()),
        *(("recorded",) if act.undated else ()),
    }
    return tuple(key for key in ACTOR if key.name not in but)
