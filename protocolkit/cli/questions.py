"""The twelve questions of `protocolkit new`, and what each answer changes in the template.

A default is what the template says, so it is never told twice. Imports the template's text
and the small readers of times that tell at once whether an answer makes sense.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from protocolkit.cli.template import Template
from protocolkit.cli.values import names_of
from protocolkit.ground.calendars import parse_open
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.ground.spans import LimitSyntaxError, parse_duration
from protocolkit.ground.zones import zone

MEETING = ("meetings", "team_meeting")
HAND_TO = ("escalations", "supervisor_not_there", "levels", 0, "hand_to")
STAND_INS = ("investigator", "deputy_supervisor", "court_administrator", "judge")
PARTNERS = {
    "police": "investigator",
    "childrens_division": "caseworker",
    "social_services": "service_provider",
    "defense": "minors_attorney",
}
"""The agencies that may be on the team or not, each with its member; the court and the family
always are."""

FAMILY = ("minor", "parent_or_guardian")

_LONGEST = 120


class Blank(Record):
    """One thing to fill in: the option that gives it, what is there, what an answer changes.

    `fill` raises UsageError if the answer makes no sense.
    """

    option: str
    hint: str
    default: Callable[[Template], str]
    fill: Callable[[Template, str], None]


class Question(Record):
    """A question in plain words, with one blank or two."""

    text: str
    blanks: tuple[Blank, ...]


def _title(role: str) -> Blank:
    option = {"djo": "--notices", "supervisor": "--tells", "investigator": "--investigates"}
    return Blank(
        option=option.get(role, "--informs"),
        hint="the title of the office",
        default=lambda template: template.value("roles", role, "title"),
        fill=lambda template, answer: template.put(_text(answer), "roles", role, "title"),
    )


def _span(option: str, parameter: str) -> Blank:
    path = ("parameters", parameter, "value")
    return Blank(
        option=option,
        hint="such as 2 hours, 10 business days, 30 calendar days",
        default=lambda template: template.value(*path),
        fill=lambda template, answer: template.put(_checked(parse_duration, answer), *path),
    )


def _stand_in(template: Template, answer: str) -> None:
    role = _one_of(answer, STAND_INS)
    template.put(role, *HAND_TO)
    template.put("always", "roles", role, "available")


def _team(template: Template, answer: str) -> None:
    named = {_one_of(name, tuple(PARTNERS)) for name in names_of(answer)}
    asked = template.values(*MEETING, "asked")
    optional = template.values(*MEETING, "optional")
    partners = {role: agency in named for agency, role in PARTNERS.items()}
    now_asked = [role for role in (*asked, *optional) if partners.get(role, role in asked)]
    template.put_list(now_asked, *MEETING, "asked")
    template.put_list(
        [role for role in (*optional, *asked) if role not in now_asked], *MEETING, "optional"
    )


def _team_now(template: Template) -> str:
    asked = template.values(*MEETING, "asked")
    return ", ".join(agency for agency, role in PARTNERS.items() if role in asked)


def _leader(template: Template, answer: str) -> None:
    members = [
        role
        for key in ("required", "asked", "optional")
        for role in template.values(*MEETING, key)
        if role not in FAMILY
    ]
    template.put(_one_of(answer, members), *MEETING, "chair")


def _zone(template: Template, answer: str) -> None:
    template.put(_checked(zone, answer), "timezone")


def _hours(template: Template, answer: str) -> None:
    template.put(_checked(parse_open, answer), "calendars", "office", "open")


def _county(template: Template, answer: str) -> None:
    template.put(_text(answer), "jurisdiction")
    template.put(_slug(answer), "id")


QUESTIONS = (
    Question(
        text="Who notices first that a young person may be trafficked?", blanks=(_title("djo"),)
    ),
    Question(text="Whom do they tell?", blanks=(_title("supervisor"),)),
    Question(
        text="Who stands in when that person is not there, at night too?",
        blanks=(
            Blank(
                option="--stands-in",
                hint=f"one of {', '.join(STAND_INS)}",
                default=lambda template: template.value(*HAND_TO),
                fill=_stand_in,
            ),
        ),
    ),
    Question(text="Who investigates?", blanks=(_title("investigator"),)),
    Question(
        text="Which agencies are on the team, beside the court and the family?",
        blanks=(
            Blank(
                option="--team",
                hint=f"of {', '.join(PARTNERS)}, with commas between them",
                default=_team_now,
                fill=_team,
            ),
        ),
    ),
    Question(
        text="Who leads the team's meetings?",
        blanks=(
            Blank(
                option="--leads",
                hint="a role of the team, such as djo, supervisor or judge",
                default=lambda template: template.value(*MEETING, "chair"),
                fill=_leader,
            ),
        ),
    ),
    Question(
        text="How soon must the report be made?", blanks=(_span("--report-within", "report_limit"),)
    ),
    Question(
        text="How soon must the team have met and agreed on a plan?",
        blanks=(_span("--meet-within", "plan_limit"),),
    ),
    Question(
        text="How often does the team meet after that?",
        blanks=(_span("--meet-every", "meeting_rhythm"),),
    ),
    Question(
        text="Who keeps the court informed, and how often?",
        blanks=(_title("caseworker"), _span("--inform-every", "update_rhythm")),
    ),
    Question(
        text="Which time zone and which office hours are yours?",
        blanks=(
            Blank(
                option="--zone",
                hint="a region and a city, such as America/Chicago",
                default=lambda template: template.value("timezone"),
                fill=_zone,
            ),
            Blank(
                option="--hours",
                hint="such as mon-fri 08:30-16:30",
                default=lambda template: template.value("calendars", "office", "open"),
                fill=_hours,
            ),
        ),
    ),
    Question(
        text="What is your county called?",
        blanks=(
            Blank(
                option="--county",
                hint="its name",
                default=lambda template: template.value("jurisdiction"),
                fill=_county,
            ),
        ),
    ),
)


def _text(answer: str) -> str:
    if not 0 < len(answer) <= _LONGEST or not answer.isprintable():
        raise UsageError(f"write a few words, at most {_LONGEST} characters")
    return answer


def _checked(read: Callable[[str], object], answer: str) -> str:
    try:
        read(answer)
    except LimitSyntaxError as error:
        raise UsageError(str(error)) from None
    return answer


def _one_of(answer: str, known: tuple[str, ...] | list[str]) -> str:
    if answer not in known:
        raise UsageError(f"there is no `{answer}` to choose; {did_you_mean(answer, known)}")
    return answer


def _slug(county: str) -> str:
    """The protocol's id: the name of the county in small letters, with hyphens."""
    plain = unicodedata.normalize("NFKD", county).encode("ascii", "ignore").decode().lower()
    letters = "".join(sign if sign.isalnum() else " " for sign in plain)
    slug = "-".join(letters.split())[:60].strip("-")
    return slug if slug[:1].isalpha() else f"county-{slug}".rstrip("-")
