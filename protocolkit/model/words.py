"""The closed word lists of the language: what a `kind`, a `strength`, a `tie` may be.

Checks and figures look at these words, never at ids, so that a county may name its roles
as it likes. Imports nothing.
"""

from __future__ import annotations

ORGANIZATION_KINDS = (
    "court",
    "police",
    "child_protection",
    "service_provider",
    "health",
    "school",
    "prosecution",
    "defense",
    "youth_justice",
    "community",
    "family",
    "other",
)
"""What an organization is; a figure takes its colour from it."""

ROLE_KINDS = (
    "juvenile_officer",
    "truancy_officer",
    "supervisor",
    "judge",
    "court_administrator",
    "investigator",
    "police",
    "federal_agent",
    "caseworker",
    "hotline",
    "manager",
    "service_provider",
    "advocate",
    "attorney",
    "prosecutor",
    "guardian_ad_litem",
    "health",
    "school",
    "chair",
    "review_body",
    "minor",
    "parent_or_guardian",
    "placement_provider",
    "other",
)
"""What an office is for; checks look for a kind, figures place by it."""

FAMILY = ("minor", "parent_or_guardian")
"""The kinds of offices whose people come with a case."""

ORIGINS = ("stated", "assumed")
STRENGTHS = ("must", "should", "encouraged", "may", "must_not")
SCOPES = ("case", "programme")
DOCUMENTS = ("protocol", "guideline", "agreement")
FORMALITIES = ("formal", "informal")
CHANNELS = ("in_person", "phone", "text", "email", "letter", "fax", "portal", "video")
HAPPENS = ("by_choice", "outside")
FACT_TYPES = ("boolean", "integer", "choice", "date", "set of roles", "reference")
TIES = ("formal", "informal", "strained", "absent")
RESTS_ON = ("role", "persons")
PRACTICE_KINDS = ("training", "orientation", "assessment", "advice", "outreach", "coalition")
LENGTHS = ("short", "long")
USES = ("usual", "rare", "never")
IF_AGAIN = ("open_another", "ignore", "redate")
ELSEWHERE = ("refused", "allowed")
REASONS = ("required", "optional")
ASSIGNMENTS = ("actor", "named")
OUTSIDE_HOURS = ("wait", "send_anyway")
RELEASES = ("always", "with_consent", "never")
LEVEL_INSTANTS = ("due", "at_most")
UNKNOWN_CHOICES = ("include", "exclude")
QUORUM_UNITS = ("groups", "members")
PROPERTY_KINDS = (
    "response",
    "precedence",
    "never",
    "always",
    "at_end",
    "always_possible",
    "within",
    "at_most",
    "different_people",
)

MEETING_EVENTS = ("set", "moved", "called_off", "held", "adjourned", "quorate", "short")
FOLLOW_UP_EVENTS = (
    "opened",
    "met",
    "overdue",
    "declined",
    "waived",
    "cancelled",
    "extended",
)
EXCEPTION_EVENTS = ("used",)
RECORDED = "recorded"
FACT_EVENTS = (RECORDED,)
PROGRAMME_EVENT = "adopted"
"""The occurrence that opens the standing case of a programme."""

TOPICS = {
    "report": "Of an act: with it somebody reports a suspicion.",
    "plan": "Of an act: with it the plan for the young person is agreed.",
    "interview": "Of an act: with it the police talk with the young person.",
    "counsel": "Of an act: with it the attorney of the young person is told.",
    "sanction": "Of an act or a state: the young person is held, charged or punished.",
    "missing_child": "Of an act: with it somebody tells that a child is missing.",
    "hand_over": "Of an act: with it somebody leaves a case or takes it over.",
    "moves_away": "Of an act: the young person comes to the area of another court.",
    "team": "Of a meeting: the team of a case meets.",
    "family_meeting": "Of a meeting: child protection meets with the family and its helpers.",
    "may_identify": "Of a role: its people may be the first to suspect.",
    "high_turnover": "Of a role: its people change often.",
    "off_site": "Of a role: its people sit in another place than their supervisor.",
}
"""The topics that checks look for, since no kind or key says the same. Others are free to use."""

UNSPECIFIED = "unspecified"
CLOCK = "clock"
ATTENDEES = "attendees"
ALWAYS = "always"
