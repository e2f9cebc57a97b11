"""Random protocols as YAML text, small enough to read.

Every part of the language beyond the plain ones is a feature with a name: a protocol is drawn
with some of them, so that a disagreement can be narrowed to one. Imports nothing of the
project: a protocol is text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

ZONES = ("America/Halifax", "America/Chicago", "Europe/Berlin", "UTC")
ROLES = ("officer", "supervisor", "judge", "caseworker")
KINDS = {
    "officer": "juvenile_officer",
    "supervisor": "supervisor",
    "judge": "judge",
    "caseworker": "caseworker",
}
STATES = ("noticed", "reported", "teamed", "planned", "watched", "done")
ACTS = ("report", "convene", "visit", "find_out", "agree", "warn", "close_case")
OWED = ("tell_police", "first_visit", "review", "inform_judge", "write_down")
ESCALATIONS = ("not_told", "waiting", "too_long")
MEETINGS = ("team_meeting", "hearing")
FACTS: Mapping[str, Mapping[str, Any]] = {
    "danger": {"type": "boolean"},
    "age": {"type": "integer", "range": "0..20"},
    "certainty": {"type": "choice", "values": ["suspected", "confirmed"]},
    "consent": {"type": "choice", "values": ["given", "refused"], "valid_for": "2 calendar days"},
    "seen": {"type": "boolean", "valid_for": "6 hours"},
    "turns_18_on": {"type": "date"},
    "implicated": {"type": "set of roles"},
}
SPANS = (
    "30 minutes",
    "2 hours",
    "6 hours",
    "24 hours",
    "1 calendar day",
    "2 calendar days",
    "1 business day",
    "2 business days",
    "1 calendar month",
)
FEATURES = (
    "agreed",  # sign-offs, vetoes
    "all_of",  # several who must all do it
    "any_holder",
    "applies",  # applies_while on everything that takes it
    "capabilities",
    "chair",  # who may never lead a meeting
    "days",  # limits that count from a day that was recorded
    "each_of",
    "every_due",  # a recurrence with a limit of its own
    "every_meeting",
    "exceptions",
    "joint",  # acts and rights that need several
    "items",  # for_each and exclude
    "parts",
    "pauses",
    "programme",  # facts of the programme in needs and if
    "properties",  # what must be so in every case
    "together",
)
"""What can be drawn beside the plain parts."""

ABILITY = "interviewing"
PARTS = ("health", "safety")
SHORT = ("30 minutes", "2 hours", "6 hours", "1 calendar day", "1 business day")


PROPERTIES: Mapping[str, Sequence[str]] = {
    "response": ("when", "then"),
    "precedence": ("before", "need"),
    "never": ("what",),
    "always": ("condition",),
    "at_end": ("condition",),
    "within": ("from", "to", "within"),
    "at_most": ("what", "times"),
    "different_people": ("steps",),
}
"""The kinds of properties that a single case can be judged by, and the keys that they need."""


class Draft:
    """A protocol while it is drawn: what is declared so far, so that names can be used."""

    def __init__(self, draw: Any, features: Collection[str] = ()) -> None:
        self.draw = draw
        self.features = features
        self.sections: dict[str, dict[str, Any]] = {}
        self.strand_applies: dict[str, str] = {}
        self.applies_while = ""

    def one(self, items: Sequence[Any]) -> Any:
        """One of some."""
        return self.draw(st.sampled_from(list(items)))

    def some(self, items: Sequence[Any], least: int = 0, most: int = 3) -> list[Any]:
        """A few of some, in their order."""
        chosen = self.draw(
            st.lists(st.sampled_from(list(items)), min_size=least, max_size=most, unique=True)
        )
        return [item for item in items if item in chosen]

    def maybe(self, percent: int) -> bool:
        """Yes, about so often; shrinks to no."""
        return bool(self.draw(st.integers(0, 99)) >= 100 - percent)

    def has(self, feature: str, percent: int) -> bool:
        """Whether a feature is used here: about so often, if it is drawn at all."""
        return feature in self.features and self.maybe(percent)

    def names(self, section: str) -> list[str]:
        """What a section declares."""
        return list(self.sections.get(section, ()))

    @property
    def states(self) -> list[str]:
        """The states of every strand."""
        return [name for strand in self.sections["strands"].values() for name in strand]

    # -- people, facts, states ---------------------------------------------------------

    def people(self) -> None:
        """Two to four roles and what they hold."""
        roles: dict[str, Any] = {}
        for name in ROLES[: self.draw(st.integers(2, 4))]:
            role: dict[str, Any] = {"kind": KINDS[name], "organization": "court"}
            hours = self.one(["always", "office", ""])
            if hours:
                role["available"] = hours
            if name == "caseworker" and self.maybe(70):
                role["per_case"] = "true"
            if self.has("capabilities", 60):
                role["can"] = [ABILITY]
            roles[name] = role
        if self.maybe(20):
            roles["officer"]["substitutes"] = ["supervisor"]
        self.sections["roles"] = roles

    def things(self) -> None:
        """Two to four facts of several types."""
        facts = {}
        for name in self.some(list(FACTS), 2, 4):
            facts[name] = dict(FACTS[name])
            if self.maybe(50):
                facts[name]["recorded_by"] = self.some(self.names("roles"), 1, 2)
        self.sections["facts"] = facts
        if "programme" in self.features:
            pact: dict[str, Any] = {"type": "boolean", "scope": "programme"}
            if self.maybe(40):
                pact["valid_for"] = "2 calendar days"
            facts["pact"] = pact

    def strands(self) -> None:
        """Three to six states in one strand or two."""
        count = self.draw(st.integers(3, 4))
        case: dict[str, Any] = {name: {} for name in (*STATES[: count - 1], "done")}
        case["noticed"] = {"initial": "true"}
        case["done"] = {"final": "true"}
        strands: dict[str, Any] = {"case": case}
        if self.maybe(35):
            strands["whereabouts"] = {
                "safe": {"initial": "true", "final": "true"},
                "missing": {},
            }
        self.sections["strands"] = strands

    # -- conditions --------------------------------------------------------------------

    def happening(self, *, acts_only: bool = False) -> str:
        """Something that may happen."""
        acts = self.names("triggers")
        used = [
            f"{name}.used"
            for one in (*self.sections["triggers"].values(), *self.sections["meetings"].values())
            for name in one.get("exceptions", ())
        ]
        if used and not acts_only and self.maybe(12):
            return str(self.one(used))
        if acts_only or self.maybe(55):
            return str(self.one(acts))
        other = [
            f"{name}.{event}"
            for name in self.names("meetings")
            for event in ("set", "moved", "called_off", "held", "adjourned", "short", "quorate")
        ]
        other += [f"{name}.recorded" for name in self.names("facts")]
        other += [
            f"{name}.{event}"
            for name in self.owed_names
            for event in ("met", "overdue", "opened", "waived", "declined", "extended", "cancelled")
        ]
        return str(self.one(other or acts))

    def happenings(self) -> str:
        """One of these or two, with a comma between them."""
        first, second = self.happening(), self.happening()
        return f"{first}, {second}" if first != second and self.maybe(20) else first

    def moment(self) -> str:
        """What something counts from: a bare name, or the first or last of one or two."""
        if self.maybe(70):
            return self.happening()
        return f"{self.one(['first', 'last'])}({self.happenings()})"

    owed_names: Sequence[str] = ()

    def asks(self, *, follow_ups: bool = True) -> str:
        """A condition that is only asked, not watched: it may read the programme."""
        if not self.has("programme", 45):
            return self.condition(follow_ups=follow_ups)
        pact = self.one(["pact is true", "pact is known", "pact is false or unknown"])
        if self.maybe(60):
            return str(pact)
        other = self.condition(follow_ups=follow_ups)
        return f"{pact} {self.one(['and', 'or'])} ({other})"

    def stretch(self) -> str:
        """A condition that holds for a while: a state, a fact, or any other."""
        kind = self.one(["state", "fact", "fact", "any"])
        if kind == "state":
            strand = self.one(self.names("strands"))
            state = self.one(list(self.sections["strands"][strand]))
            return f"{strand} {self.one(['is', 'is not'])} {state}"
        if kind == "fact":
            return self.about(self.one(self.case_facts))
        return self.condition()

    def own_stretch(self) -> str:
        """When an element applies, whatever is said of the whole protocol."""
        return "always" if self.applies_while and self.maybe(30) else self.stretch()

    @property
    def case_facts(self) -> list[str]:
        """The facts of the case itself."""
        return [name for name in self.names("facts") if name != "pact"]

    def atom(self, *, follow_ups: bool = True) -> str:
        """One phrase."""
        facts = self.case_facts
        kinds = ["fact", "fact", "fact", "known", "happened", "count", "by", "strand", "missed"]
        kinds += ["between", "available", "at"]
        if self.names("meetings"):
            kinds.append("attended")
        if follow_ups and self.owed_names:
            kinds += ["status", "status"]
        kind = self.one(kinds)
        if kind == "known" and self.maybe(30):
            known = self.one(["is known", "is not known"])
            return f"{self.one(facts)} {known} since {self.moment()}"
        if kind == "known":
            return f"{self.one(facts)} is {self.one(['known', 'not known', 'unknown'])}"
        if kind == "happened":
            since = f" since {self.moment()}" if self.maybe(40) else ""
            return f"happened({self.happenings()}{since})"
        if kind == "count":
            inside = f" within {self.one(SPANS)}" if self.maybe(60) else ""
            inside += f" since {self.moment()}" if self.maybe(30) else ""
            return f"count({self.happenings()}{inside}) {self.one(['>=', '<'])} {self.one([1, 2])}"
        if kind == "by":
            return f"by({self.one(self.names('triggers'))}) is {self.one(self.names('roles'))}"
        if kind == "strand":
            strand = self.one(self.names("strands"))
            state = self.one(list(self.sections["strands"][strand]))
            return f"{strand} {self.one(['is', 'is not'])} {state}"
        if kind == "missed":
            act, other = self.happenings(), self.moment()
            return f"missed({act} within {self.one(SHORT)} after {other})"
        if kind == "between" and self.maybe(40):
            return f"within({self.one(SPANS)}, {self.moment()}, {self.moment()})"
        if kind == "between":
            return f"days_between({self.moment()}, {self.moment()}) <= {self.one([0, 1])}"
        if kind == "attended":
            meeting, role = self.one(self.names("meetings")), self.one(self.names("roles"))
            return f"attended({meeting}) includes {role}"
        if kind == "available":
            return f"available({self.one(self.names('roles'))})"
        if kind == "status":
            words = ["open", "met", "overdue", "cancelled", "not_opened", "waived"]
            return f"{self.one(self.owed_names)} is {self.one(words)}"
        return self.about(self.one(facts), at=kind == "at")

    def about(self, fact: str, *, at: bool = False) -> str:
        """A phrase about a fact."""
        name = f"{fact} at {self.happening(acts_only=True)}" if at else fact
        kind = self.sections["facts"][fact]["type"]
        if kind == "boolean":
            return f"{name} {self.one(['is true', 'is false', 'is false or unknown'])}"
        if kind == "integer":
            return f"{name} {self.one(['< 18', '>= 14', 'is 12'])}"
        if kind == "choice":
            word = self.one(self.sections["facts"][fact]["values"])
            return f"{name} {self.one(['is', 'is not'])} {word}"
        if kind == "date":
            return f"reached({fact})" if not at else f"{name} is known"
        return f"{name} includes {self.one(self.names('roles'))}"

    def condition(self, *, follow_ups: bool = True) -> str:
        """One or two phrases."""
        terms = self.names("terms")
        if terms and self.maybe(15):
            return str(self.one(terms))
        first = self.atom(follow_ups=follow_ups)
        if not self.maybe(30):
            return first if not self.maybe(10) else f"not ({first})"
        return f"({first}) {self.one(['and', 'or'])} ({self.atom(follow_ups=follow_ups)})"

    # -- acts and meetings -------------------------------------------------------------

    def who(self, *, clock: bool = False, actors: bool = False) -> Any:
        """Who may, or who owes."""
        roles: list[Any] = self.some(self.names("roles"), 1, 2)
        if clock and self.maybe(30):
            roles.append("clock")
        if actors and self.maybe(15):
            return {"actor_of": self.one(self.names("triggers"))}
        if actors and len(self.names("roles")) > 1:
            for feature in ("all_of", "each_of"):
                if self.has(feature, 40):
                    return {feature: self.some(self.names("roles"), 2, 3)}
        for index, role in enumerate(roles):
            if role == "clock":
                continue
            if self.has("capabilities", 40):
                roles[index] = {"role": role, "with": ABILITY}
            elif self.has("any_holder", 50):
                roles[index] = {"role": role, "any_holder": "true"}
        return "unspecified" if self.maybe(6) else roles

    def triggers(self) -> None:
        """Three to seven acts."""
        names = [*self.some(ACTS[:-1], 2, 5), "close_case"]
        self.sections["triggers"] = {name: {} for name in names}
        self.meetings()
        case = list(self.sections["strands"]["case"])
        for name in names:
            act: dict[str, Any] = {"who": self.who(clock=True)}
            if self.has("joint", 25):
                act["who"] = {"all_of": self.some(self.names("roles"), 2, 3)}
            moves = []
            if name == "close_case":
                moves = [{"from": self.some(case[:-1], 1, 3), "to": "done"}]
            elif self.maybe(60):
                start = self.one(case[:-1])
                to = self.one([state for state in case[:-1] if state != start])
                moves = [{"from": [start], "to": to}]
                if self.maybe(25):
                    moves[0]["if"] = self.asks(follow_ups=False)
            if "whereabouts" in self.sections["strands"] and self.maybe(35):
                start, to = self.one([("safe", "missing"), ("missing", "safe")])
                moves.append({"from": [start], "to": to})
            if moves:
                act["moves"] = moves
                if self.maybe(15):
                    act["elsewhere"] = "allowed"
            if self.maybe(50):
                act["records"] = [
                    {"fact": fact, "required": "true"} if self.maybe(30) else fact
                    for fact in self.some(self.case_facts, 1, 2)
                ]
            if self.maybe(10) or self.has("programme", 25):
                act["needs"] = {"ready": self.asks(follow_ups=False)}
            if self.has("exceptions", 50):
                self.exceptions(name, act)
            if self.has("together", 35):
                act["together_with"] = self.some(self.names("roles"), 1, 2)
            if self.has("applies", 20):
                act["applies_while"] = self.stretch()
            if self.maybe(8):
                act["never"] = [self.one(self.names("roles"))]
            if self.maybe(10):
                act["different_from"] = [self.one([one for one in names if one != name])]
            if self.maybe(8):
                act["protective"] = "true"
            if name != "close_case" and self.maybe(3):
                act["strength"] = "must_not"
            if self.sections["roles"].get("caseworker", {}).get("per_case") and self.maybe(35):
                act["assigns"] = {"caseworker": self.one(["actor", "named"])}
            if self.names("meetings") and self.maybe(15):
                act[self.one(["decided_at", "during"])] = self.some(self.names("meetings"), 1, 2)
                if self.maybe(40):
                    act["who"] = ["attendees"]
            if self.has("agreed", 50):
                self.agreed(act)
            self.sections["triggers"][name] = act

    def exceptions(self, name: str, act: dict[str, Any]) -> None:
        """Ways around the needs of an act."""
        needs = {f"need_{n}": self.asks(follow_ups=False) for n in range(1, 1 + self.one([1, 2]))}
        act["needs"] = {**act.get("needs", {}), **needs}
        act["exceptions"] = {}
        for number in range(1, 1 + self.one([1, 1, 2])):
            rule: dict[str, Any] = {"waives": self.some(list(act["needs"]), 1, 2)}
            if self.maybe(60):
                rule["if"] = self.asks(follow_ups=False)
            if self.maybe(30):
                rule["who"] = self.some(self.names("roles"), 1, 2)
            if self.maybe(30):
                rule["reason"] = "required"
            act["exceptions"][f"past_{name}_{number}"] = rule

    def agreed(self, act: dict[str, Any]) -> None:
        """Who must agree to an act."""
        roles = self.names("roles")
        rule: dict[str, Any] = {"all_of": self.some(roles, 1, 2)}
        if self.maybe(30):
            rule["any_of"] = self.some(roles, 1, 2)
            if self.maybe(30):
                del rule["all_of"]
        if self.maybe(50):
            rule["veto"] = self.some(roles, 1, 2)
        act["agreed_by"] = rule
        if act.keys() & {"decided_at", "during"} and self.maybe(60):
            del act["who"]

    def meetings(self) -> None:
        """None, one or two meetings."""
        roles = self.names("roles")
        found: dict[str, Any] = {}
        for name in self.some(MEETINGS, 0, 2):
            meeting: dict[str, Any] = {
                "required": self.some(roles, 1, 2),
                "called_by": self.some(roles, 1, 2),
            }
            if self.maybe(60):
                meeting["optional"] = [
                    role for role in self.some(roles, 0, 2) if role not in meeting["required"]
                ]
            if self.maybe(30):
                meeting["chair"] = self.one(roles)
            if self.has("chair", 80):
                never = self.some(roles, 1, 2)
                meeting["chair"] = {"role": self.one(roles), "never": never}
            if self.has("every_meeting", 60):
                rhythm = [f"{self.one(SHORT[2:])} after the last", self.one(SHORT[2:])]
                rhythm.append(f"{self.one(SHORT[2:])} after {self.one(self.names('triggers'))}")
                meeting["every"] = self.one(rhythm)
            if self.maybe(50):
                unit = self.one(["groups", "members"])
                groups = len({*meeting["required"], *meeting.get("optional", ())})
                most = 2 if unit == "members" else min(groups, 2)
                meeting["quorum"] = {"at_least": self.one(range(1, most + 1)), "of": unit}
                if self.maybe(30):
                    meeting["counting"] = {"court": roles[:2], "others": roles[2:] or roles[1:]}
                    if len(roles) < 3:
                        del meeting["counting"]
                if self.maybe(20) and "implicated" in self.names("facts"):
                    meeting["counts_if"] = "implicated includes attendee"
                if self.maybe(30):
                    rule: dict[str, Any] = {"waives": ["quorum"]}
                    if self.maybe(50):
                        rule["who"] = [self.one(roles)]
                    if self.maybe(40):
                        rule["reason"] = "required"
                    if self.maybe(30):
                        rule["if"] = f"count({name}.short) < 1"
                    meeting["exceptions"] = {f"go_ahead_{name}": rule}
            found[name] = {key: value for key, value in meeting.items() if value}
        self.sections["meetings"] = found

    # -- follow-ups and ladders --------------------------------------------------------

    def limit(self, opener: str) -> str:
        """A limit."""
        if self.maybe(5):
            return "unspecified"
        anchor = ""
        if "turns_18_on" in self.names("facts") and self.has("days", 40):
            if self.maybe(50):
                return f"{self.one(SPANS)} before turns_18_on"
            anchor = " after turns_18_on"
        elif self.maybe(30):
            name = self.happening(acts_only=self.maybe(70))
            anchor = f" after {self.one(['{}', '{}', 'first({})', 'last({})']).format(name)}"
        elif opener.partition(".")[0] in self.names("meetings") and self.maybe(50):
            return f"{self.one(SHORT)} before {opener.partition('.')[0]}"
        span = self.one(SHORT if self.maybe(70) else SPANS)
        text = f"within {span}{anchor}"
        if self.maybe(20):
            text = f"at once, {text}"
        if self.maybe(20):
            more = {"30 minutes": "2 hours", "2 hours": "6 hours", "6 hours": "24 hours"}
            text += f", at most {more.get(span, '40 calendar days')}"
        return text

    def follow_ups(self) -> None:
        """One to five follow-ups."""
        self.owed_names = self.some(OWED, 1 if self.maybe(20) else 2, 5)
        found: dict[str, Any] = {}
        for name in self.owed_names:
            one: dict[str, Any] = {}
            opener = ""
            way = self.one(["with", "with", "with", "in", "when"])
            if way == "with":
                opener = self.happening(acts_only=self.maybe(40))
                one["opens_with"] = [opener]
                if self.maybe(20):
                    one["opens_with"].append(self.happening())
            elif way == "in":
                one["opens_in"] = self.some(self.states, 1, 2)
                if "done" in one["opens_in"]:
                    one["carries_over"] = "true"
            else:
                one["opens_when"] = self.condition()
            if self.maybe(20):
                one["if"] = self.asks()
            if way == "with" and self.maybe(35):
                one["if_again"] = self.one(["ignore", "redate"])
            one["who"] = self.who(actors=True)
            if self.maybe(20):
                anchor = self.one(["", f" after {self.happening(acts_only=True)}"])
                one["every"] = self.one(
                    [f"{self.one(SHORT)} after the last", f"{self.one(SHORT[2:])}{anchor}"]
                )
                if self.maybe(20):
                    one["every"] += ", at most 2 calendar days"
                if self.has("every_due", 70):
                    one["due"] = self.one([f"within {self.one(SHORT)}", "unspecified"])
            else:
                one["due"] = self.limit(opener)
            if self.maybe(45):
                doing = self.happening(acts_only=self.maybe(75))
                # A period that is met as it opens would open the next one for ever.
                one["met_by"] = ["close_case" if doing == f"{name}.opened" else doing]
                if self.maybe(25):
                    one["met_by"].append(
                        {"trigger": self.happening(acts_only=True), "if": self.asks()}
                    )
                if self.maybe(15):
                    one["counts_for"] = "all_open"
            if self.maybe(25):
                one["ends_when"] = self.condition()
            self.more_of(one)
            if self.maybe(20):
                doing = one.get("met_by", ())
                free = [name for name in self.names("triggers") if name not in doing]
                one["blocks"] = self.some(free, 1, 2)
            if self.maybe(35):
                one["strength"] = self.one(["should", "encouraged"])
            if self.maybe(25):
                one["carries_over"] = "true"
            for key in ("extend", "waive", "decline"):
                if self.maybe(30):
                    right: dict[str, Any] = {"who": self.some(self.names("roles"), 1, 2)}
                    if self.has("joint", 60):
                        right["who"] = {"all_of": self.some(self.names("roles"), 2, 3)}
                    if self.maybe(20):
                        right["reason"] = "required"
                    if self.maybe(15):
                        right["if"] = self.condition()
                    one[key] = right
            found[name] = one
        self.sections["follow_ups"] = found

    def more_of(self, one: dict[str, Any]) -> None:
        """For whom, of which parts, when its clock stands still, when it applies at all."""
        if self.has("items", 50):
            one["for_each"] = self.some(self.names("roles"), 1, 3)
            if self.maybe(50):
                rule = {"if": self.condition(), "if_unknown": self.one(["include", "exclude"])}
                one["exclude"] = {self.one(one["for_each"]): rule}
        if self.has("parts", 45):
            one["parts"] = self.some(PARTS, 1, 2)
        if self.has("pauses", 60):
            one["pauses_while"] = self.stretch()
        if self.has("applies", 40):
            one["applies_while"] = self.own_stretch()
        if self.features and self.maybe(15):
            one["because"] = "no_longer"

    def level(self, number: int, *, follow_up: str) -> dict[str, Any]:
        """One level of a ladder."""
        level: dict[str, Any] = {"id": f"level_{number}"}
        if follow_up and self.maybe(60 if number == 1 else 25):
            owed = self.sections["follow_ups"][follow_up]
            limit = owed.get("due") or owed["every"]
            level["at"] = self.one(["due", "at_most"] if "at most" in limit else ["due"])
        elif self.maybe(25):
            level["after"] = "at once"
        else:
            level["after"] = self.one(SHORT)
        if self.maybe(25):
            level["if"] = self.condition()
        what = self.one(["tell", "tell", "tell", "hand", "fire"])
        # What is late as soon as the clock's act opens it would let the clock act for ever.
        anchored = {
            opener
            for one in self.sections["follow_ups"].values()
            if {"after", "before"}
            & set(f"{one.get('due')} {one.get('every')}".replace("after the last", "").split())
            for opener in one.get("opens_with", ())
        }
        acts = [
            name
            for name, act in self.sections["triggers"].items()
            if name not in anchored and ("clock" in act.get("who", ()) or self.maybe(5))
        ]
        if what == "fire" and acts:
            level["fire"] = self.one(acts)
        elif what == "hand":
            level["hand_to"] = self.one(self.names("roles"))
        if what == "tell" or self.maybe(30) or not {"fire", "hand_to"} & level.keys():
            level["tell"] = self.some(self.names("roles"), 1, 2)
        if self.maybe(25):
            level["outside_hours"] = "wait"
        return level

    def escalations(self) -> None:
        """None to three ladders."""
        found = {}
        for name in self.some(ESCALATIONS, 0 if self.maybe(40) else 1, 3):
            way = self.one(["follow_up", "follow_up", "state", "span"])
            if way == "follow_up":
                watches = {"follow_up": self.one(self.owed_names)}
            elif way == "state":
                watches = {"state": self.one(self.states)}
            else:
                watches = {"from": self.happening(), "to": self.happening()}
            count = self.draw(st.integers(1, 3))
            ladder: dict[str, Any] = {
                "watches": watches,
                "levels": [
                    self.level(number, follow_up=watches.get("follow_up", ""))
                    for number in range(1, count + 1)
                ],
            }
            if count > 1 and self.maybe(25):
                ladder["start_at"] = {"level": f"level_{count}", "if": self.condition()}
            if self.has("applies", 40):
                ladder["applies_while"] = self.own_stretch()
            found[name] = ladder
        self.sections["escalations"] = found

    def properties(self) -> None:
        """One to four things that must be so in every case."""
        found = {}
        for number in range(1, self.draw(st.integers(1, 4)) + 1):
            kind = self.one(tuple(PROPERTIES))
            one: dict[str, Any] = {"kind": kind}
            keys = PROPERTIES[kind]
            if kind == "never" and self.maybe(50):
                keys = ("condition",)
            for key in keys:
                one[key] = self.of_property(key)
            if kind == "response" and self.maybe(60):
                one["within"] = self.one(SHORT)
            for key in ("after", "until"):
                if kind not in ("at_end", "different_people") and self.maybe(30):
                    one[key] = self.happening()
            if one.get("before") != one.get("need", ""):
                found[f"property_{number}"] = one
        self.sections["properties"] = found

    def of_property(self, key: str) -> Any:
        """The value of a key of a property."""
        match key:
            case "condition":
                return self.condition()
            case "within":
                return self.one(SHORT)
            case "times":
                return self.one([1, 1, 2])
            case "steps":
                return self.some(self.names("triggers"), 2, 3)
        return self.happening(acts_only=self.maybe(60))

    def text(self) -> str:
        """The YAML text."""
        lines = [
            'protocolkit: "1"',
            "id: drawn",
            "title: A drawn protocol",
            "jurisdiction: Nowhere",
            f"timezone: {self.one(ZONES)}",
        ]
        self.people()
        self.things()
        self.strands()
        self.triggers()
        if self.maybe(25):
            self.sections["terms"] = {"grave": self.atom(follow_ups=False)}
        if self.has("applies", 40):
            self.applies_while = self.stretch()
            lines.append(f"applies_while: {flow(self.applies_while)}")
        self.follow_ups()
        self.escalations()
        for name in self.names("strands"):
            if self.has("applies", 20):
                self.strand_applies[name] = self.stretch()
        if "properties" in self.features:
            self.properties()
        lines += [
            "calendars:",
            '  office: {open: "mon-fri 08:30-16:30", closed: ["fixed 12-25, observed"]}',
            "organizations:",
            "  court: {kind: court}",
        ]
        order = ("roles", "facts", "terms", "strands", "triggers", "meetings", "follow_ups")
        for section in (*order, "escalations", "properties"):
            entries = self.sections.get(section, {})
            if section == "strands":
                entries = {name: self.strand(name) for name in entries}
            if entries:
                lines.append(f"{section}:")
                lines += [f"  {name}: {flow(entry)}" for name, entry in entries.items()]
        return "\n".join(lines) + "\n"

    def strand(self, name: str) -> dict[str, Any]:
        """A strand, in the short form if that says it all."""
        states: dict[str, Any] = self.sections["strands"][name]
        while_ = self.strand_applies.get(name)
        return {"states": states, "applies_while": while_} if while_ else states


def flow(value: Any) -> str:
    """A value in YAML's flow style; texts that could be misread are quoted."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    text = str(value)
    return f'"{text}"' if set(text) & set(',[]{}:#&*!|>"%@`') else text


@st.composite
def protocol_texts(
    draw: Any, features: Sequence[str] = FEATURES, always: Sequence[str] = ()
) -> str:
    """Protocols as YAML text, with some of the features: none, one, two or all that are given;
    and those that are `always` there.
    """
    count = draw(st.sampled_from([0, 1, 1, 1, 2, 2, 3, len(features)]))
    some = draw(st.permutations(features))[:count] if features else []
    return Draft(draw, frozenset({*some, *always})).text()
