"""Questions of a walk: what a deed lacks is asked for, with numbers to choose from.

Imports the course and deeds. Nothing here does anything in a case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from protocolkit.cli.values import facts_of, names_of, reference
from protocolkit.cli.walk.course import Course
from protocolkit.cli.walk.deeds import missing, words_of
from protocolkit.cli.walk.forms import (
    ACTS,
    PROGRAMME,
    WORDS,
    Deed,
    Names,
    Seats,
    Time,
    abilities,
)
from protocolkit.cli.walk.moments import HOW
from protocolkit.ground.errors import ProtocolkitError, UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.types import Key, Ref
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import KINDS, Able

LONGEST = 200
"""How long a text may be that is typed for a fact, in characters."""

Choice = TypeVar("Choice")
Ask = Callable[[str], str]
"""Asks a person; raises when nobody answers any more."""


class Asking:
    """Fills in what a deed lacks."""

    def __init__(self, course: Course, ask: Ask, when: Callable[[str], datetime]) -> None:
        self.course = course
        self.protocol = course.protocol
        self.names = Names(course.protocol, ())
        self.abilities = abilities(course.protocol)
        self.ask = ask
        self.when = when
        self.acting: tuple[tuple[str, ...], str] = ((), "")
        self.people: dict[str, str] = {}

    def whole(self, deed: Deed, *, everything: bool) -> Deed:
        """A deed with all that it needs; with `everything`, what may go with it is asked too.

        Raises: UsageError: a name is none of the protocol's.
        """
        deed = self._about(deed)
        self._check(deed)
        deed = self._who(deed)
        detail = dict(deed.detail)
        for key in missing(deed):
            detail[key.name] = self._required(key)
        if everything:
            self._more(deed, detail)
        for text in _texts([deed.what, deed.person, *detail.values()]):
            if len(text) > LONGEST or not text.isprintable():
                raise UsageError(f"`{text[:40]}` is too long, or holds a sign that nobody can see.")
        facts = detail.get("facts", {})
        if nothing := [name for name, value in facts.items() if value == ""]:
            raise UsageError(f"Say the value of `{nothing[0]}`.")
        return deed.replace(detail=detail)

    def actor(self, text: str, able: Sequence[Able] = ()) -> tuple[tuple[str, ...], str]:
        """Roles and a person from an answer: a number, `role`, `role,role` or `role person`.

        Raises: UsageError.
        """
        first, *rest = text.split() or [""]
        chosen = numbered(first, able)
        if chosen is not None:
            person = reference(rest[0], "the person") if rest else chosen.person
            return (chosen.role,), person
        roles = names_of(first)
        for role in roles:
            self._known(role, "role", self.protocol.roles)
        if not roles or len(rest) > 1:
            raise UsageError("Say a role, or a role and the person who holds it: supervisor s-1.")
        return roles, reference(rest[0], "the person") if rest else ""

    # -- what it is about --------------------------------------------------------------

    def _about(self, deed: Deed) -> Deed:
        """What a deed is about, asked for if it is not said."""
        act = ACTS[deed.kind]
        if deed.kind in _IN_MAPS and not any(deed.detail.values()):
            raise UsageError(f"Say what, and as what: {deed.kind} {_IN_MAPS[deed.kind]}.")
        if deed.what or act.inside or deed.kind in _IN_MAPS:
            return deed
        known = list(self._candidates(deed))
        shown = ", ".join(f"{number} {name}" for number, name in enumerate(known, 1))
        answer = self.ask(f"{deed.kind.replace('_', ' ')} what? {shown} ")
        answer = numbered(answer, known) or answer
        if not answer:
            raise UsageError("Nothing was chosen.")
        return deed.replace(what=answer.split()[0])

    def _candidates(self, deed: Deed) -> Iterable[str]:
        act = ACTS[deed.kind]
        kinds = act.about.kinds if isinstance(act.about, Ref) else ("planned",)
        if "instance" in kinds:
            return (one.instance for one in self.course.standing(deed.where).open)
        if "planned" in kinds:
            meetings = self.course.standing(deed.where).meetings
            return (one.id for one in meetings if one.status == "set")
        if "label" in kinds:
            return ()
        return (name for kind in kinds for name in self.names.known(kind))

    def _check(self, deed: Deed) -> None:
        """Raises: UsageError: a name is a slip: a case would refuse it, and that helps nobody."""
        act = ACTS[deed.kind]
        if isinstance(act.about, Ref) and "label" not in act.about.kinds:
            known = [name for kind in act.about.kinds for name in self.names.known(kind)]
            plain = deed.what.partition("/")[0] if "instance" in act.about.kinds else deed.what
            self._known(plain, WORDS[act.about.kinds[0]], known)
        for role in deed.roles:
            self._known(role, "role", self.protocol.roles)
        for ability in deed.can:
            self._known(ability, "ability that a rule asks for", self.abilities)
        for key in ("item", "exception"):
            if deed.says(key):
                self._known(deed.detail[key], WORDS[key], self.names.known(key))
        for key in ("assign", "attended"):
            said = deed.detail.get(key, {})
            for role in said.values() if key == "attended" else said:
                self._known(role, "role", self.protocol.roles)
        if deed.where:
            self._known(deed.where, "other case", (PROGRAMME, *self.protocol.links))
        trigger = self.protocol.triggers.get(deed.what) if deed.kind == "do" else None
        if trigger is not None:
            rules = trigger.exceptions
            attends = trigger.together_with or any(one.who for one in rules.values())
            for key, is_read in (("reason", bool(rules)), ("attended", bool(attends))):
                if deed.says(key) and not is_read:
                    raise UsageError(f"Nothing about `{deed.what}` reads `{key}`; leave it out.")
            if deed.says("exception"):
                self._known(deed.detail["exception"], f"exception of `{trigger.id}`", rules)

    def _known(self, name: str, what: str, known: Iterable[str]) -> None:
        known = list(known)
        if name not in known:
            hint = did_you_mean(name, known) or "this protocol has none"
            raise UsageError(f"There is no {what} `{name[:60]}`; {hint}")

    # -- who ---------------------------------------------------------------------------

    def _who(self, deed: Deed) -> Deed:
        """A deed with somebody who does it."""
        roles, person = deed.roles, deed.person
        if not roles:
            roles, said = self.acting if self.acting[0] else self._asked(deed)
            person = person or said
        self.people.update(dict.fromkeys(roles, person) if person else {})
        can = {ability for role in roles for ability in self.protocol.roles[role].can}
        can &= self.abilities
        return deed.replace(
            roles=roles,
            person=person or self._person(roles, deed.where),
            can=deed.can or tuple(sorted(can)),
        )

    def _person(self, roles: tuple[str, ...], where: str) -> str:
        """Who acts in a role when nobody is named: who has it in this case, or had it before."""
        holders = self.course.standing(where).holders if self._is_open(where) else {}
        for role in roles:
            if role in holders or role in self.people:
                return holders.get(role) or self.people[role]
        return roles[0]

    def _asked(self, deed: Deed) -> tuple[tuple[str, ...], str]:
        able = self.able(deed)
        everybody = [Able(role=one.id, title=one.name) for one in self.protocol.roles.values()]
        shown = able or everybody
        if len(able) == 1:
            return (able[0].role,), able[0].person
        said = ", ".join(
            f"{number} {one.role or one.title}{f' ({one.person})' if one.person else ''}"
            for number, one in enumerate(shown, 1)
        )
        return self.actor(self.ask(f"who does it? {said} "), shown)

    def able(self, deed: Deed) -> list[Able]:
        """Who could do it now."""
        kind = "act" if deed.kind == "do" else deed.kind
        what = deed.what
        if not what and kind in ("record", "assign"):
            what = next(iter(deed.detail.get("facts" if kind == "record" else "assign", {})), "")
        if kind not in KINDS or not what or not self._is_open(deed.where):
            return []
        try:
            asked = self.course.engine.why(
                self.course.case_of(deed.where), what, by=Actor(id="-"), kind=kind
            )
        except ProtocolkitError:
            return []
        return [one for one in asked.others if one.role in self.protocol.roles]

    def _is_open(self, where: str) -> bool:
        return self.course.case_of(where) in self.course.cases

    # -- what goes with it -------------------------------------------------------------

    def _required(self, key: Key) -> Any:
        if isinstance(key.type, Time):
            return self.when(self.ask(f"{key.doc}? ({HOW}) "))
        if isinstance(key.type, Seats):
            return self._seats(self.ask("who was there? role or role=person, with spaces between "))
        raise UsageError(f"Say `{key.name}=...` too: {key.doc}, such as {key.example}.")

    def _seats(self, answer: str) -> dict[str, str]:
        """From `role role=person` to the seat of each person."""
        found: dict[str, str] = {}
        for word in words_of(answer):
            role, _, people = word.partition("=")
            self._known(role, "role", self.protocol.roles)
            for person in names_of(people) or (self._person((role,), ""),):
                if found.setdefault(reference(person, role), role) != role:
                    raise UsageError(f"{person} cannot fill two seats at once.")
        return found

    def _more(self, deed: Deed, detail: dict[str, Any]) -> None:
        """What may go with an act: facts, persons, a meeting; or a part of a follow-up."""
        trigger = self.protocol.triggers.get(deed.what) if deed.kind == "do" else None
        if deed.kind == "open":
            return
        if trigger is None:
            self._part(deed, detail)
            return
        facts: dict[str, Any] = {}
        for one in trigger.records:
            fact = self.protocol.facts.get(one.fact)
            if fact is None:
                continue
            choices = fact.values or (("true", "false") if fact.type == "boolean" else ())
            hint = " ".join(f"{n} {name}" for n, name in enumerate(choices, 1)) or fact.type
            answer = self.ask(f"{one.fact}? {hint} (Enter: not said) ")
            answer = numbered(answer, choices) or answer
            if answer:
                facts.update(facts_of([f"{one.fact}={answer}"], self.protocol.facts))
        if facts:
            detail["facts"] = facts
        named = [role for role, how in trigger.assigns.items() if how == "named"]
        persons = {role: self.ask(f"who is the {role} from now on? ") for role in named}
        if any(persons.values()):
            detail["assign"] = {
                role: reference(person, role) for role, person in persons.items() if person
            }
        if trigger.together_with:
            roles = " ".join(trigger.together_with)
            answer = self.ask(f"with whom? role=person (Enter: {roles}) ")
            detail["attended"] = self._seats(answer or roles)
        meetings = {*trigger.during, *trigger.decided_at}
        if meetings and "meeting" not in detail:
            self._meeting(meetings, deed.where, detail)

    def _meeting(self, names: set[str], where: str, detail: dict[str, Any]) -> None:
        planned = [one.id for one in self.course.standing(where).meetings if one.name in names]
        if planned:
            answer = self.ask(f"at which meeting? {' '.join(planned)} (Enter: {planned[-1]}) ")
            detail["meeting"] = reference(answer or planned[-1], "the meeting")

    def _part(self, deed: Deed, detail: dict[str, Any]) -> None:
        open_now = self.course.standing(deed.where).open if self._is_open(deed.where) else ()
        parts = next((one.missing for one in open_now if one.instance == deed.what), ())
        if deed.kind == "complete" and parts and "item" not in detail:
            answer = self.ask(f"which part? {' '.join(parts)} (Enter: none) ")
            if answer:
                self._known(answer, WORDS["item"], self.names.known("item"))
                detail["item"] = answer


def numbered(answer: str, choices: Sequence[Choice]) -> Choice | None:
    """What stands at a number, from 1; None if the answer is no such number."""
    number = int(answer) if answer.isascii() and answer.isdigit() and len(answer) < 5 else 0
    return choices[number - 1] if 0 < number <= len(choices) else None


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value, *value.values()])
    elif isinstance(value, list | tuple | frozenset):
        for one in value:
            yield from _texts(one)


_IN_MAPS = {"record": "danger=true", "correct": "danger=false", "assign": "caseworker=c-3"}
