"""The one table of every key of the language: type, meaning, example.

Reader, JSON Schema, reference pages and editor hover are made from it; a key that is not
here does not exist. Imports the types and the model.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.language.types import (
    Anything,
    ClosedDay,
    ConditionText,
    Day,
    ElementOf,
    Flag,
    Identifier,
    Key,
    Kind,
    LabelText,
    LimitText,
    ListOf,
    MapOf,
    OccurrenceText,
    OpenHours,
    ParameterValue,
    Range,
    Ref,
    SpanText,
    Text,
    ValueType,
    Whole,
    Word,
)
from protocolkit.model import case, people, programme, protocol, words

ROLE = Ref(kinds=("role",))
ROLES = ListOf(item=ROLE)
WHO = ElementOf(kind="who")
CONDITION = ConditionText()
LIMIT = LimitText()
OCCURRENCE = OccurrenceText()
OCCURRENCES = ListOf(item=OCCURRENCE)


def _key(
    name: str,
    type_: ValueType,
    doc: str,
    example: str = "",
    *,
    required: bool = False,
    silent: bool = False,
) -> Key:
    return Key(name=name, type=type_, doc=doc, example=example, required=required, silent=silent)


COMMON = (
    _key("title", LabelText(), "The name that people read.", "Report to the supervisor"),
    _key("description", LabelText(), "A sentence or two that explain.", "By phone or in person."),
    _key("source", Text(longest=300), "Where this comes from: a section or a statute.", "§3.1"),
    _key(
        "origin",
        Word(words=words.ORIGINS),
        "`stated` if the source says it, `assumed` if whoever wrote this file chose it.",
        "assumed",
    ),
    _key(
        "topics",
        ListOf(item=Identifier()),
        "Tags. Some tell the practice checks what this is; the glossary lists them.",
        "[report]",
    ),
    _key("services", ListOf(item=Identifier()), "Services that this is about.", "[shelter]"),
    _key(
        "left_open",
        Text(longest=300),
        "Why a gap is left open on purpose.",
        "The partners will settle it next year.",
    ),
    _key(
        "not_applicable",
        MapOf(item=Text(longest=300)),
        "Practice checks that do not apply here, each with the reason.",
        "{PK812: there are no such meetings here}",
    ),
    _key("formerly", Identifier(), "The id this had in an earlier version.", "tell_supervisor"),
)
"""The keys that every element takes."""

SCOPE = _key(
    "scope",
    Word(words=words.SCOPES),
    "`case`, or `programme` for what belongs to the partnership and not to one case.",
    "programme",
)
APPLIES_WHILE = _key(
    "applies_while",
    ConditionText(always=True),
    "When false it ends, and none begins; `always`: also when the protocol does not apply.",
    "age < 21",
)

_KINDS = (
    Kind(
        name="protocol",
        model=protocol.Protocol,
        doc="A jurisdiction's response protocol: one file.",
        keys=(
            _key(
                "protocolkit",
                Word(words=("1",)),
                "The version of this language.",
                '"1"',
                required=True,
            ),
            _key("id", Identifier(), "The short name of the protocol.", "site-a", required=True),
            _key(
                "jurisdiction",
                Text(longest=200),
                "Whose protocol this is.",
                "Larkspur County",
                required=True,
            ),
            _key(
                "document",
                Word(words=words.DOCUMENTS),
                "The kind of document it is.",
                "protocol",
            ),
            _key("version", Text(longest=60), "The version of the protocol itself.", '"3"'),
            _key(
                "in_force",
                ElementOf(kind="in_force"),
                "From when and until when it applies.",
                "{from: 2022-02-17}",
            ),
            _key(
                "timezone",
                Text(longest=60),
                "The zone whose clock and days count.",
                "America/Chicago",
                required=True,
            ),
            _key(
                "business_days",
                Ref(kinds=("calendar",)),
                "The calendar that business days follow when a limit names none.",
                "office",
            ),
            _key(
                "extends",
                Text(longest=200),
                "The protocol that this file changes: its file name without `.yaml`.",
                "larkspur",
            ),
            _key(
                "set",
                MapOf(item=ParameterValue(), keys=Ref(kinds=("parameter",))),
                "Overlay: new values of parameters of the base.",
                "{inform_limit: 4 hours}",
            ),
            _key(
                "add",
                MapOf(item=Anything()),
                "Overlay: elements to add, section by section.",
                "{follow_ups: {tell_school: {opens_with: report, who: djo, due: within 3 hours}}}",
            ),
            _key(
                "change",
                MapOf(item=Anything()),
                "Overlay: keys to change in elements of the base, section by section.",
                "{follow_ups: {inform_police: {due: within 2 hours}}}",
            ),
            _key(
                "remove",
                MapOf(item=ListOf(item=Identifier())),
                "Overlay: ids to take out, section by section.",
                "{follow_ups: [keep_looking]}",
            ),
            _key(
                "sources",
                MapOf(item=ElementOf(kind="citation")),
                "The documents that `source` entries cite.",
                "{paper: 'Nichols et al. 2023'}",
            ),
            _key(
                "goal",
                ElementOf(kind="goal"),
                "The goal that the partners share.",
                "Safety first",
                silent=True,
            ),
            _key(
                "parameters",
                MapOf(item=ElementOf(kind="parameter")),
                "Values with a name, for use in limits, conditions and elsewhere.",
                "{inform_limit: 6 hours}",
            ),
            _key(
                "calendars",
                MapOf(item=ElementOf(kind="calendar")),
                "Office hours and closed days.",
                "{office: {open: mon-fri 08:30-16:30, closed: [fixed 01-01]}}",
            ),
            _key(
                "organizations",
                MapOf(item=ElementOf(kind="organization")),
                "The agencies, and the family, that take part.",
                "{court: {kind: court}}",
            ),
            _key(
                "roles",
                MapOf(item=ElementOf(kind="role")),
                "The offices that act. People stand in a roster, never here.",
                "{supervisor: {kind: supervisor}}",
                required=True,
            ),
            _key(
                "relationships",
                MapOf(item=ElementOf(kind="relationship")),
                "Who talks to whom, and how well.",
                "{court_police: {between: [djo, investigator], tie: informal}}",
            ),
            _key(
                "practices",
                MapOf(item=ElementOf(kind="practice")),
                "Training, orientation, assessments, advice.",
                "{shared_course: {kind: training, participants: [djo, judge]}}",
            ),
            _key(
                "facts",
                MapOf(item=ElementOf(kind="fact")),
                "What is recorded about a case; unknown until somebody records it.",
                "{certainty: {type: choice, values: [suspected, confirmed]}}",
            ),
            _key(
                "terms",
                MapOf(item=ElementOf(kind="term")),
                "Conditions with a name.",
                "{is_child: age < 18}",
            ),
            _key(
                "applies_while",
                CONDITION,
                "When false, follow-ups and escalations end and none begins; acts go on.",
                "under_21",
            ),
            _key(
                "states",
                MapOf(item=ElementOf(kind="state")),
                "Where a case can stand: the states of the strand `case`.",
                "{identified: {initial: true}, closed: {final: true}}",
            ),
            _key(
                "strands",
                MapOf(item=ElementOf(kind="strand")),
                "Further lines of the case that run side by side, each with its states.",
                "{whereabouts: {safe: {initial: true, final: true}, missing: {}}}",
            ),
            _key(
                "triggers",
                MapOf(item=ElementOf(kind="trigger")),
                "What people do and what happens.",
                "{report: {who: [djo], moves: {from: identified, to: reported}}}",
            ),
            _key(
                "meetings",
                MapOf(item=ElementOf(kind="meeting")),
                "Team meetings and hearings.",
                "{team_meeting: {required: [djo, investigator], called_by: supervisor}}",
            ),
            _key(
                "follow_ups",
                MapOf(item=ElementOf(kind="follow_up")),
                "What somebody owes to somebody until when.",
                "{inform_police: {opens_with: went_missing, who: djo, due: within 6 hours}}",
            ),
            _key(
                "escalations",
                MapOf(item=ElementOf(kind="escalation")),
                "What follows when nothing happens.",
                "{silence: {watches: {state: reported}, levels: {after: 4 hours, tell: judge}}}",
            ),
            _key(
                "sharing",
                MapOf(
                    item=MapOf(item=ElementOf(kind="release"), keys=ROLE),
                    keys=Ref(kinds=("fact",)),
                ),
                "Which role may see which fact; who is not named sees every fact not `sensitive`.",
                "{certainty: {caseworker: with_consent}}",
            ),
            _key(
                "properties",
                MapOf(item=ElementOf(kind="property")),
                "What must be true of every case; each case is watched for it.",
                "{plan_first: {kind: precedence, before: close, need: agree_plan}}",
            ),
            _key(
                "tallies",
                MapOf(item=ElementOf(kind="tally")),
                "Counts for reports, without names.",
                "{per_month: {every: 1 calendar month after adopted, count: [report]}}",
            ),
            _key(
                "links",
                MapOf(item=ElementOf(kind="link")),
                "Hand-overs to cases under another protocol.",
                "{transfer: {protocol: next-county, opens_with: move_away}}",
            ),
            _key(
                "agreement",
                ElementOf(kind="agreement"),
                "Which agencies signed.",
                "{parties: {court: {signed: 2024-05-01, until: 2026-04-30}}}",
                silent=True,
            ),
            _key(
                "review",
                ElementOf(kind="review"),
                "When the protocol is reviewed.",
                "{every: 1 calendar year, last: 2024-01-01}",
                silent=True,
            ),
        ),
    ),
    Kind(
        name="in_force",
        model=programme.InForce,
        doc="The period in which a version of the protocol applies to new cases.",
        keys=(
            _key("from", Day(), "The first day.", "2022-02-17"),
            _key("until", Day(), "The last day.", "2025-12-31"),
        ),
    ),
    Kind(
        name="citation",
        model=programme.Citation,
        doc="A document that is cited.",
        short="citation",
        keys=(_key("citation", LabelText(), "How to find it.", "Nichols et al. 2023"),),
    ),
    Kind(
        name="goal",
        model=people.Goal,
        doc="The shared goal; its `title` says it.",
        short="title",
        keys=(_key("shared_by", ROLES, "The roles that share it.", "[djo]", silent=True),),
    ),
    Kind(
        name="parameter",
        model=programme.Parameter,
        doc="A value with a name. Write the name where the value would stand.",
        short="value",
        keys=(
            _key("value", ParameterValue(), "The value.", "6 hours", required=True),
            _key(
                "floor",
                ElementOf(kind="floor"),
                "What an overlay may not go beyond.",
                "{no_longer_than: 12 hours}",
            ),
        ),
    ),
    Kind(
        name="floor",
        model=programme.Floor,
        doc="Bounds for the values that an overlay may set.",
        keys=(
            _key("no_longer_than", SpanText(), "The longest time allowed.", "12 hours"),
            _key("no_shorter_than", SpanText(), "The shortest time allowed.", "1 hour"),
            _key("at_least", Whole(), "The least number allowed.", "2"),
            _key("at_most", Whole(), "The greatest number allowed.", "5"),
            _key("one_of", ListOf(item=Identifier()), "The words allowed.", "[djo, supervisor]"),
        ),
    ),
    Kind(
        name="calendar",
        model=programme.OfficeHours,
        doc="Office hours and closed days. A business day is an open day that is not closed.",
        keys=(
            _key(
                "open",
                ListOf(item=OpenHours()),
                "When the office is open.",
                "mon-fri 08:30-16:30",
                required=True,
            ),
            _key(
                "closed",
                ListOf(item=ClosedDay()),
                "Days on which it is closed, by rule.",
                '[fixed 01-01, easter -2, "fixed 12-25, observed"]',
            ),
            _key(
                "timezone", Text(longest=60), "Another zone than the protocol's.", "America/Denver"
            ),
        ),
    ),
    Kind(
        name="organization",
        model=people.Organization,
        doc="An agency, a court, a family.",
        short="kind",
        keys=(
            _key(
                "kind",
                Word(words=words.ORGANIZATION_KINDS),
                "What it is.",
                "court",
                required=True,
            ),
        ),
    ),
    Kind(
        name="role",
        model=people.Role,
        doc="An office that acts in cases.",
        keys=(
            _key("kind", Word(words=words.ROLE_KINDS), "What it is.", "supervisor", required=True),
            _key(
                "organization",
                Ref(kinds=("organization",)),
                "Where the office is.",
                "court",
                silent=True,
            ),
            _key(
                "per_case",
                Flag(),
                "Held only by the person assigned in the case at hand.",
                "true",
            ),
            _key(
                "available",
                Ref(kinds=("calendar",), words=(words.ALWAYS,)),
                "`always`, or the calendar of its hours.",
                "office",
                silent=True,
            ),
            _key("substitutes", ROLES, "Who stands in when nobody is there.", "[deputy]"),
            _key(
                "can",
                ListOf(item=Identifier()),
                "Special abilities that holders have.",
                "[forensic_interview]",
            ),
        ),
    ),
    Kind(
        name="who",
        model=people.Who,
        doc="Who acts or owes. A list means any one of them.",
        short="any_of",
        common=False,
        keys=(
            _key(
                "any_of",
                ListOf(item=ElementOf(kind="holder")),
                "One of them is enough.",
                "[djo, supervisor]",
            ),
            _key(
                "all_of",
                ListOf(item=ElementOf(kind="holder")),
                "All of them together.",
                "[djo, nurse]",
            ),
            _key(
                "each_of",
                ListOf(item=ElementOf(kind="holder")),
                "Each of them separately.",
                "[djo, investigator]",
            ),
        ),
    ),
    Kind(
        name="holder",
        model=people.Holder,
        doc="One who may act or owe: a role, or whoever did something before.",
        short="role",
        common=False,
        keys=(
            _key(
                "role",
                Ref(kinds=("role",), words=(words.CLOCK, words.ATTENDEES)),
                "A role; `attendees` of the meeting; `clock` for what only time does.",
                "investigator",
            ),
            _key("with", Identifier(), "An ability that the person must have.", "interviewing"),
            _key(
                "any_holder",
                Flag(),
                "Anyone in the office, also who is not assigned to this case.",
                "true",
            ),
            _key(
                "actor_of",
                Ref(kinds=("trigger", "meeting")),
                "The person who did this.",
                "report",
            ),
        ),
    ),
    Kind(
        name="relationship",
        model=people.Relationship,
        doc="Who talks to whom, and how.",
        keys=(
            _key(
                "between",
                ListOf(item=Ref(kinds=("role", "meeting"))),
                "The two ends: roles, or a meeting.",
                "[djo, investigator]",
                required=True,
            ),
            _key("tie", Word(words=words.TIES), "How they are tied.", "informal", required=True),
            _key("one_way", Flag(), "Only from the first to the second.", "true"),
            _key(
                "rests_on",
                Word(words=words.RESTS_ON),
                "Whether it belongs to the offices or to certain persons.",
                "persons",
                silent=True,
            ),
            _key("persons", Whole(lowest=1, highest=10_000), "How many persons.", "3"),
        ),
    ),
    Kind(
        name="practice",
        model=people.Practice,
        doc="Something done beside the cases.",
        keys=(
            _key(
                "kind",
                Word(words=words.PRACTICE_KINDS),
                "What it is.",
                "training",
                required=True,
            ),
            _key("participants", ROLES, "Who takes part.", "[djo, judge]", silent=True),
            _key("given_by", ROLES, "Who gives it.", "[service_provider]", silent=True),
            _key("length", Word(words=words.LENGTHS), "Short or long.", "short", silent=True),
            _key("items", Whole(lowest=1), "How many questions it has.", "10", silent=True),
            _key("minutes", Whole(lowest=1), "How long it takes.", "15", silent=True),
            _key("validated", Flag(), "Whether it was tested by research.", "true", silent=True),
            _key("use", Word(words=words.USES), "How often it is used.", "rare", silent=True),
            _key("every", LIMIT, "How often it is repeated.", "1 calendar year", silent=True),
        ),
    ),
    Kind(
        name="fact",
        model=case.Fact,
        doc="Something about a case that somebody records.",
        keys=(
            _key(
                "type",
                Word(words=words.FACT_TYPES),
                "What kind of value it has; `reference` is a number or code kept elsewhere.",
                "choice",
                required=True,
            ),
            _key(
                "values",
                ListOf(item=Identifier()),
                "The values of a choice.",
                "[suspected, confirmed]",
            ),
            _key("range", Range(), "The least and greatest whole number.", "0..20"),
            _key("unit", Text(longest=40), "What the number counts.", "years"),
            _key("recorded_by", ROLES, "Who may record it.", "[officer]", silent=True),
            _key(
                "valid_for",
                SpanText(),
                "After this time it counts as unknown again.",
                "90 calendar days",
            ),
            _key("sensitive", Flag(), "Never shown in notices and public figures.", "true"),
            SCOPE,
        ),
    ),
    Kind(
        name="term",
        model=case.Term,
        doc="A condition with a name.",
        short="condition",
        keys=(_key("condition", CONDITION, "The condition.", "age < 18", required=True),),
    ),
    Kind(
        name="state",
        model=case.State,
        doc="Where a case can stand.",
        keys=(
            _key("initial", Flag(), "A case starts here.", "true"),
            _key("final", Flag(), "A case may end here.", "true"),
            _key("waits_for", ROLES, "Who is expected to act next.", "supervisor", silent=True),
        ),
    ),
    Kind(
        name="strand",
        model=case.Strand,
        doc="A line of the case with its own states.",
        short="states",
        keys=(
            _key(
                "states",
                MapOf(item=ElementOf(kind="state")),
                "Its states.",
                "{safe: {initial: true, final: true}, missing: {}}",
                required=True,
            ),
            _key(
                "applies_while",
                CONDITION,
                "When false, nothing moves it, what is open in its states ends, closing is free.",
                "age < 21",
            ),
        ),
    ),
    Kind(
        name="trigger",
        model=case.Trigger,
        doc="An act of somebody, or something that happens.",
        keys=(
            _key("who", WHO, "Who may do it.", "[djo, truancy_officer]", silent=True),
            _key("together_with", ROLES, "Who must be there too.", "[advocate]"),
            _key("never", ROLES, "Roles whose holders may not do it.", "[caseworker]"),
            _key(
                "different_from",
                ListOf(item=Ref(kinds=("trigger",))),
                "Acts that the same person may not also have done.",
                "draft_plan",
            ),
            _key(
                "needs",
                MapOf(item=ElementOf(kind="need")),
                "Named conditions without which it is refused.",
                "{consent: consent is given}",
            ),
            _key(
                "records",
                ListOf(item=ElementOf(kind="recorded")),
                "Facts that may be recorded with it.",
                "[certainty]",
            ),
            _key(
                "assigns",
                MapOf(item=Word(words=words.ASSIGNMENTS), keys=ROLE),
                "Who becomes the holder of a per-case role: whoever acts, or a person named.",
                "{caseworker: named}",
            ),
            _key(
                "moves",
                ListOf(item=ElementOf(kind="move")),
                "From which state to which it takes the case.",
                "[{from: identified, to: reported}]",
            ),
            _key("first", Flag(), "If several moves fit, the first in the list counts.", "true"),
            _key(
                "elsewhere",
                Word(words=words.ELSEWHERE),
                "In a state from which it moves nothing: `refused` unless said, or `allowed`.",
                "allowed",
            ),
            _key(
                "strength",
                Word(words=words.STRENGTHS),
                "How strongly the protocol wants it; `must_not` forbids it.",
                "should",
            ),
            _key("formality", Word(words=words.FORMALITIES), "Formal or informal.", "informal"),
            _key(
                "channel",
                ListOf(item=Word(words=words.CHANNELS)),
                "How it is done.",
                "[phone, text]",
                silent=True,
            ),
            _key(
                "happens",
                Word(words=words.HAPPENS),
                "`outside` for what nobody in the protocol chooses.",
                "outside",
            ),
            _key(
                "protective",
                Flag(),
                "Protects the young person at once: no follow-up or sign-off holds it up.",
                "true",
            ),
            _key(
                "during",
                ListOf(item=Ref(kinds=("meeting",))),
                "Only by those who were at this meeting, or at one of these.",
                "team_meeting",
            ),
            _key(
                "decided_at",
                ListOf(item=Ref(kinds=("meeting",))),
                "Only by a meeting held with its quorum, however long ago; of several, by any.",
                "team_meeting",
            ),
            _key(
                "agreed_by",
                ElementOf(kind="agreed_by"),
                "Who must agree first.",
                "{all_of: [djo, caseworker], veto: [advocate]}",
                silent=True,
            ),
            _key(
                "exceptions",
                MapOf(item=ElementOf(kind="exception")),
                "Named, authorised ways around a need.",
                "{in_danger: {waives: [consent], if: danger is true}}",
            ),
            _key("applies_while", CONDITION, "The act is refused when this is false.", "age < 21"),
            SCOPE,
        ),
    ),
    Kind(
        name="move",
        model=case.Move,
        doc="From which state to which.",
        keys=(
            _key(
                "strand",
                Ref(kinds=("strand",)),
                "The strand, if the names do not tell.",
                "whereabouts",
            ),
            _key(
                "from",
                ListOf(item=Ref(kinds=("state",))),
                "The state before.",
                "identified",
                required=True,
            ),
            _key("to", Ref(kinds=("state",)), "The state after.", "reported", required=True),
            _key("if", CONDITION, "Only if this is true before the act.", "is_child"),
        ),
    ),
    Kind(
        name="need",
        model=case.Need,
        doc="A condition without which an act is refused.",
        short="condition",
        keys=(_key("condition", CONDITION, "The condition.", "age < 18", required=True),),
    ),
    Kind(
        name="recorded",
        model=case.Recorded,
        doc="A fact that an act records.",
        short="fact",
        common=False,
        keys=(
            _key("fact", Ref(kinds=("fact",)), "The fact.", "certainty", required=True),
            _key("required", Flag(), "The act is refused without it.", "true"),
        ),
    ),
    Kind(
        name="exception",
        model=case.ExceptionRule,
        doc="A named, authorised way around a need or a quorum.",
        keys=(
            _key(
                "waives",
                ListOf(item=Identifier()),
                "The needs that it sets aside, or `quorum`.",
                "[consent]",
            ),
            _key(
                "quorum",
                ElementOf(kind="quorum"),
                "Of a meeting: the quorum that is enough then, in place of its own.",
                "{at_least: 2, of: groups}",
            ),
            _key(
                "if",
                CONDITION,
                "Only if this is true; it is then used by itself, unless a reason is required.",
                "danger is true",
            ),
            _key(
                "who",
                WHO,
                "Who may decide it, by acting or being there; whoever acts if left out.",
                "[supervisor]",
            ),
            _key(
                "reason",
                Word(words=words.REASONS),
                "Whether a coded reason must be given.",
                "required",
            ),
        ),
    ),
    Kind(
        name="agreed_by",
        model=case.AgreedBy,
        doc="Who must agree before an act counts.",
        short="all_of",
        common=False,
        keys=(
            _key("all_of", ROLES, "All of these must agree.", "[djo, caseworker]"),
            _key("any_of", ROLES, "One of these must agree.", "[supervisor, deputy]"),
            _key("veto", ROLES, "Each of these can stop it.", "[advocate]"),
        ),
    ),
    Kind(
        name="meeting",
        model=case.Meeting,
        doc="A planned meeting: it is set, moved, called off, held. A hearing is one too.",
        keys=(
            _key(
                "required",
                ListOf(item=ElementOf(kind="member")),
                "Who must be there.",
                "[djo, {role: nurse, if: danger is true}]",
                silent=True,
            ),
            _key("asked", ROLES, "Who must be asked to come.", "[minor]", silent=True),
            _key("optional", ROLES, "Who may come.", "[nurse]"),
            _key("chair", ElementOf(kind="chair"), "Who leads it.", "supervisor", silent=True),
            _key("called_by", WHO, "Who sets it up.", "[supervisor]", silent=True),
            _key(
                "counts_if",
                CONDITION,
                "Only attendees for whom this is true count for the quorum.",
                "knows_the_child includes attendee",
            ),
            _key(
                "counting",
                MapOf(item=ROLES),
                "Groups for the quorum, and the roles that count for each.",
                "{court: [djo, supervisor], police: [investigator]}",
            ),
            _key(
                "quorum",
                ElementOf(kind="quorum"),
                "When it may decide; all required members if left out.",
                "{at_least: 3, of: groups}",
                silent=True,
            ),
            _key(
                "exceptions",
                MapOf(item=ElementOf(kind="exception")),
                "Named, authorised ways to go ahead without the quorum.",
                "{go_ahead: {waives: [quorum], who: [supervisor], reason: required}}",
            ),
            _key(
                "every",
                LIMIT,
                "How often it is held.",
                "6 calendar months after the last",
                silent=True,
            ),
            SCOPE,
        ),
    ),
    Kind(
        name="member",
        model=case.Member,
        doc="Who must come to a meeting.",
        short="role",
        common=False,
        keys=(
            _key("role", ROLE, "The role.", "nurse", required=True),
            _key("if", CONDITION, "Only if this is true when it is held.", "danger is true"),
        ),
    ),
    Kind(
        name="chair",
        model=case.Chair,
        doc="Who leads a meeting.",
        short="role",
        keys=(
            _key("role", ROLE, "The role that leads.", "supervisor", required=True),
            _key("never", ROLES, "Roles whose holder in this case may not.", "[caseworker]"),
        ),
    ),
    Kind(
        name="quorum",
        model=case.Quorum,
        doc="When a meeting may decide.",
        common=False,
        keys=(
            _key(
                "all_of",
                ListOf(item=Identifier()),
                "Groups (or roles) that must all be there.",
                "[services]",
            ),
            _key("at_least", Whole(lowest=1, highest=1000), "How many at least.", "3"),
            _key("of", Word(words=words.QUORUM_UNITS), "What is counted.", "groups"),
        ),
    ),
    Kind(
        name="follow_up",
        model=case.FollowUp,
        doc="What somebody owes to somebody. Give exactly one of the three `opens_...` keys.",
        keys=(
            _key("opens_with", OCCURRENCES, "What happens that opens it.", "report"),
            _key(
                "opens_in",
                ListOf(item=Ref(kinds=("state",))),
                "Open as long as the case is in this state.",
                "reported",
            ),
            _key("opens_when", CONDITION, "Opens when this becomes true.", "reached(turns_18_on)"),
            _key("if", CONDITION, "Opens only if this is true just after.", "age < 18"),
            _key(
                "if_again",
                Word(words=words.IF_AGAIN),
                "What happens when it would open while one is open.",
                "ignore",
            ),
            _key("who", WHO, "Who owes it.", "investigator", required=True, silent=True),
            _key("owed_to", WHO, "To whom.", "{actor_of: report}", silent=True),
            _key("due", LIMIT, "Until when.", "at once, within 2 hours", silent=True),
            _key(
                "every",
                LIMIT,
                "It comes again and again.",
                "14 calendar days after went_missing",
                silent=True,
            ),
            _key("strength", Word(words=words.STRENGTHS), "How strongly it is owed.", "encouraged"),
            _key(
                "met_by",
                ListOf(item=ElementOf(kind="met_by")),
                "What counts as doing it, whoever does it; else whoever owes it says so.",
                "[police_take_report]",
            ),
            _key(
                "counts_for",
                Word(words=("all_open",)),
                "One act meets every open one, not just the earliest.",
                "all_open",
            ),
            _key(
                "ends_when",
                ListOf(item=ElementOf(kind="ending")),
                "Ends without being done when this is true; of several, the first that is true.",
                "[{if: age >= 21, because: adult}, {if: danger is false, because: safe}]",
            ),
            _key("because", Identifier(), "The reason recorded when it ends.", "located"),
            _key(
                "blocks",
                ListOf(item=Ref(kinds=("trigger",))),
                "Acts that wait until it is done.",
                "[close]",
            ),
            _key("for_each", ROLES, "One of it for each of these.", "[guardian, judge]"),
            _key(
                "exclude",
                MapOf(item=ElementOf(kind="exclusion"), keys=ROLE),
                "Who of `for_each` is left out, and when.",
                "{guardian: {if: implicated includes guardian, if_unknown: include}}",
            ),
            _key(
                "parts",
                ListOf(item=Identifier()),
                "Parts that must all be done.",
                "[health, safety]",
            ),
            _key("pauses_while", CONDITION, "Its clock stops meanwhile.", "case is on_hold"),
            APPLIES_WHILE,
            _key("carries_over", Flag(), "It may stay open when the case closes.", "true"),
            _key(
                "shares",
                ListOf(item=Ref(kinds=("fact",))),
                "Facts that are passed on with it.",
                "[certainty]",
            ),
            _key(
                "extend",
                ElementOf(kind="authority"),
                "Who may give more time.",
                "{who: [supervisor], reason: required}",
            ),
            _key(
                "waive",
                ElementOf(kind="authority"),
                "Who may set it aside.",
                "{who: [judge], reason: required}",
            ),
            _key(
                "decline",
                ElementOf(kind="authority"),
                "Who has the right to say no to it.",
                "{who: [minor], if: age >= 14}",
            ),
            SCOPE,
        ),
    ),
    Kind(
        name="ending",
        model=case.Ending,
        doc="What ends a follow-up without its being done.",
        short="if",
        common=False,
        keys=(
            _key("if", CONDITION, "It ends when this is true.", "age >= 21", required=True),
            _key("because", Identifier(), "The reason recorded then.", "adult"),
        ),
    ),
    Kind(
        name="met_by",
        model=case.MetBy,
        doc="What counts as doing a follow-up.",
        short="trigger",
        common=False,
        keys=(
            _key("trigger", OCCURRENCE, "What happens.", "team_meeting.held", required=True),
            _key("if", CONDITION, "Only if this is true just after.", "seen_today is true"),
        ),
    ),
    Kind(
        name="exclusion",
        model=case.Exclusion,
        doc="When one of `for_each` is left out.",
        keys=(
            _key(
                "if",
                CONDITION,
                "Left out if this is true.",
                "implicated includes guardian",
                required=True,
            ),
            _key(
                "if_unknown",
                Word(words=words.UNKNOWN_CHOICES),
                "What to do while it is not known. Both choices can harm, so say which.",
                "exclude",
                required=True,
            ),
        ),
    ),
    Kind(
        name="authority",
        model=case.Authority,
        doc="Who may do this to a follow-up.",
        short="who",
        keys=(
            _key("who", WHO, "Who may.", "[supervisor]", required=True, silent=True),
            _key("if", CONDITION, "Only if this is true.", "age >= 14"),
            _key(
                "reason",
                Word(words=words.REASONS),
                "Whether a coded reason must be given.",
                "required",
            ),
        ),
    ),
    Kind(
        name="escalation",
        model=case.Escalation,
        doc="A ladder of levels: what follows when nothing happens.",
        keys=(
            _key(
                "watches",
                ElementOf(kind="watches"),
                "What the ladder watches.",
                "{state: reported}",
                required=True,
            ),
            _key(
                "levels",
                ListOf(item=ElementOf(kind="level")),
                "Its levels, in order.",
                "[{after: 4 hours, tell: [judge]}]",
                required=True,
            ),
            _key(
                "start_at",
                ElementOf(kind="start_at"),
                "Start at a later level, and when.",
                "{level: outer, if: danger is true}",
            ),
            APPLIES_WHILE,
        ),
    ),
    Kind(
        name="watches",
        model=case.Watches,
        doc="A state, one or more follow-ups, or the time between two things.",
        common=False,
        keys=(
            _key("state", Ref(kinds=("state",)), "As long as the case is here.", "reported"),
            _key(
                "follow_up",
                ListOf(item=Ref(kinds=("follow_up",))),
                "As long as this is open; of several, a ladder for each that opens.",
                "inform_police",
            ),
            _key("from", OCCURRENCE, "From when this happens ...", "report"),
            _key("to", OCCURRENCE, "... until this happens.", "convene"),
        ),
    ),
    Kind(
        name="level",
        model=case.Level,
        doc="One level of a ladder.",
        keys=(
            _key("id", Identifier(), "Its name.", "first"),
            _key(
                "at",
                Word(words=words.LEVEL_INSTANTS),
                "At the follow-up's due time, or at its outer limit.",
                "due",
            ),
            _key("after", LIMIT, "So long after the level before.", "4 hours", silent=True),
            _key("if", CONDITION, "Skipped unless this is true.", "danger is true"),
            _key("tell", ListOf(item=ElementOf(kind="holder")), "Who is told.", "[judge]"),
            _key("hand_to", ROLE, "Who may now act too, and is told.", "investigator"),
            _key("fire", Ref(kinds=("trigger",)), "What then happens by itself.", "recall"),
            _key(
                "outside_hours",
                Word(words=words.OUTSIDE_HOURS),
                "When nobody told is in the office: send anyway, or wait until they open.",
                "wait",
            ),
        ),
    ),
    Kind(
        name="start_at",
        model=case.StartAt,
        doc="Start a ladder at a later level.",
        common=False,
        keys=(
            _key("level", Identifier(), "The level.", "outer", required=True),
            _key("if", CONDITION, "If this is true.", "danger is true", required=True),
        ),
    ),
    Kind(
        name="release",
        model=programme.Release,
        doc="Whether a role may see a fact.",
        short="release",
        common=False,
        keys=(
            _key(
                "release",
                Word(words=words.RELEASES),
                "Whether the role may see it.",
                "never",
                required=True,
            ),
            _key("purposes", ListOf(item=Identifier()), "For what only.", "[safety]"),
        ),
    ),
    Kind(
        name="property",
        model=programme.Property,
        doc="Something that must be true of every case; each case is watched for it. Its `kind` "
        "says which other keys it has.",
        keys=(
            _key("kind", Word(words=words.PROPERTY_KINDS), "Its form.", "response", required=True),
            _key("when", OCCURRENCE, "Whenever this happens ...", "report"),
            _key("then", OCCURRENCE, "... this follows.", "tell_the_reporter.met"),
            _key("within", LIMIT, "How much later at most.", "10 business days"),
            _key("before", OCCURRENCE, "Before this happens ...", "convene"),
            _key("need", OCCURRENCE, "... this has happened.", "report"),
            _key("what", OCCURRENCE, "What never happens, or not too often.", "charge_the_minor"),
            _key(
                "condition",
                CONDITION,
                "What is never or always so, or so at the end, or can still come to be so.",
                "case is closed",
            ),
            _key("until", OCCURRENCE, "It is asked for only until this happens.", "located"),
            _key("from", OCCURRENCE, "From when this happens ...", "report"),
            _key("to", OCCURRENCE, "... to when this happens.", "convene"),
            _key(
                "after",
                OCCURRENCE,
                "It is asked for only after this happens, and anew each time.",
                "report",
            ),
            _key("times", Whole(lowest=1), "How often at most.", "1"),
            _key(
                "steps",
                ListOf(item=Ref(kinds=("trigger",))),
                "Acts of which nobody does two in one case.",
                "[draft_plan, agree_plan]",
            ),
        ),
    ),
    Kind(
        name="tally",
        model=programme.Tally,
        doc="A count for a report.",
        keys=(
            _key(
                "every",
                LIMIT,
                "How long each period is, and from when they are counted.",
                "1 calendar month after adopted",
                required=True,
                silent=True,
            ),
            _key("count", OCCURRENCES, "What is counted.", "[report]", required=True),
            _key("small_cells_below", Whole(), "Smaller counts are not shown.", "5"),
            SCOPE,
        ),
    ),
    Kind(
        name="link",
        model=programme.Link,
        doc="A hand-over to a case under another protocol.",
        keys=(
            _key(
                "protocol",
                Text(longest=200),
                "The other protocol's id.",
                "next-county",
                required=True,
            ),
            _key(
                "opens_with",
                OCCURRENCES,
                "What offers the hand-over.",
                "move_away",
                required=True,
            ),
            _key(
                "accepted_by",
                ROLES,
                "Which roles here may say that it is accepted, or turned down.",
                "[supervisor]",
                silent=True,
            ),
            _key(
                "hands_over",
                ListOf(item=Ref(kinds=("follow_up",))),
                "Follow-ups that end here once it is accepted.",
                "[keep_looking]",
            ),
        ),
    ),
    Kind(
        name="agreement",
        model=programme.Agreement,
        doc="Which agencies signed.",
        keys=(
            _key(
                "parties",
                MapOf(item=ElementOf(kind="party"), keys=Ref(kinds=("organization",))),
                "The agencies, each with its signature.",
                "{court: {signed: 2024-05-01, until: 2026-04-30}}",
                required=True,
            ),
        ),
    ),
    Kind(
        name="party",
        model=programme.Party,
        doc="An agency's signature.",
        keys=(
            _key("signed", Day(), "When it signed.", "2024-05-01", silent=True),
            _key("until", Day(), "Until when that holds.", "2026-04-30", silent=True),
            _key(
                "digest",
                Text(longest=80),
                "The digest of the text that was signed.",
                "sha256-3f5a9c",
            ),
            _key(
                "reservations",
                ListOf(item=Identifier()),
                "Ids of elements that it did not agree to.",
                "[inform_police]",
            ),
        ),
    ),
    Kind(
        name="review",
        model=programme.Review,
        doc="When the protocol itself is reviewed.",
        keys=(
            _key("every", SpanText(), "How often.", "1 calendar year", silent=True),
            _key("last", Day(), "When it was last reviewed.", "2024-01-01"),
            _key("next", Day(), "When it is reviewed next.", "2025-01-01"),
        ),
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
"""Every kind of element, by name."""

SECTIONS: Mapping[str, str] = {
    key.name: key.type.item.kind
    for key in KINDS["protocol"].keys
    if isinstance(key.type, MapOf) and isinstance(key.type.item, ElementOf)
}
"""The sections of a protocol whose entries declare ids, with the kind they declare."""


def keys_of(kind: Kind) -> Mapping[str, Key]:
    """Every key that an element of this kind takes, the common ones included."""
    own = {key.name: key for key in kind.keys}
    if kind.common:
        own |= {key.name: key for key in COMMON if key.name not in own}
    return own
