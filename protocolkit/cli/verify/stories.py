"""A story in plain words: numbered steps with day and hour, who did what, and what came of it.

Imports the stories, the model and the words of `case`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from protocolkit.cli.case.telling import and_, in_words
from protocolkit.cli.times import Times
from protocolkit.language.reading import Places
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.stories import Step, Story

_WIDTH = 88
_ENDED = {
    "met": "done",
    "satisfied-by": "done by another",
    "declined": "turned down",
    "waived": "set aside",
    "cancelled": "not owed any more",
}


def told(
    story: Story, protocol: Protocol, places: Places | None = None, *, width: int = _WIDTH
) -> list[str]:
    """The lines of a story. With the `places` of its protocol each step names its rule's line."""
    teller = _Words(story, protocol, places)
    lines: list[str] = []
    for step in story.steps:
        head = f"{step.number}. {teller.when(step)}: {teller.deed(step)}"
        lines += _wrapped(f"{head}{teller.place(step)}", 0, width)
        for text in teller.came(step):
            lines += _wrapped(text, 3, width)
    if story.end:
        lines += _wrapped(story.end, 0, width)
    return lines


def _wrapped(text: str, depth: int, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * depth,
        subsequent_indent=" " * (depth + 3),
        break_long_words=False,
        break_on_hyphens=False,
    )


class _Words:
    """Puts the steps of one story into words."""

    def __init__(self, story: Story, protocol: Protocol, places: Places | None) -> None:
        self.protocol = protocol
        self.places = places
        self.times = Times(story.zone)

    def when(self, step: Step) -> str:
        """A day and an hour; what is late is so only after it."""
        if step.seen_at > step.at:
            return f"After {self.times.until(step.at)}"
        return self.times.show(step.at)

    def place(self, step: Step) -> str:
        """The file and line of the rule."""
        found = self.places.key(step.path) if self.places and step.path else None
        return f" ({found.file}:{found.start.line})" if found else ""

    # -- what was done -----------------------------------------------------------------

    def deed(self, step: Step) -> str:
        """What somebody did, or time."""
        if step.request is None:
            return self._of_time(step)
        said = self._of_people(step)
        if step.reasons:
            what = said.removeprefix("does this: ")
            return f"{_capital(step.who)} tries to do this and may not: {what}."
        first = " This had to be done first." if step.lifted else ""
        return f"{_capital(step.who)} {said}.{first}"

    def _of_people(self, step: Step) -> str:
        request = step.request
        assert request is not None
        title = _small(step.title or _plain(step.what))
        match step.kind:
            case "open":
                return "opens a case"
            case "adopt":
                return "puts the protocol in force"
            case "record":
                return "writes down what is known"
            case "assign":
                roles = and_(self._role(role) for role in request.assign)
                return f"says who is {roles}"
            case "complete":
                part = f" ({_plain(request.item)})" if request.item else ""
                return f"has done this: {title}{part}"
            case "waive":
                return f"sets this aside: {title}"
            case "decline":
                return f"says no to this: {title}"
            case "extend" if request.until is not None:
                return f"gives more time, until {self.times.until(request.until)}: {title}"
            case "set" | "move" if request.planned_at is not None:
                way = "sets" if step.kind == "set" else "moves"
                return f"{way} the meeting to {self.times.show(request.planned_at)}: {title}"
            case "call_off":
                return f"calls off the meeting: {title}"
            case "hold":
                there = and_(dict.fromkeys(map(self._role, request.attended.values())))
                return f"holds the meeting: {title}. There are {there}"
            case _:
                item = f" ({_plain(request.item)})" if request.item else ""
                return f"does this: {title}{item}"

    def _of_time(self, step: Step) -> str:
        title = _small(step.title or _plain(step.what))
        match step.kind:
            case "overdue":
                return f"It is late, and nobody did this: {title}."
            case "level":
                return f"Still nothing. The next step comes: {title}."
            case "period":
                return f"A new round begins: {title}."
            case "office":
                return f"The office opens or closes: {title}."
            case "property":
                return f"The time for this is over: {title}."
            case _:
                return "Time has gone by."

    # -- what came of it ---------------------------------------------------------------

    def came(self, step: Step) -> Iterator[str]:
        """What changed by it, and nothing else."""
        for reason in step.reasons:
            yield reason.message
        for name, value in step.facts.items():
            yield f"Known now: {_plain(name)} is {in_words(value)}."
        for role, person in step.assigned.items():
            name = self._role(role)
            yield f"This case has a {name} now." if person else f"It has no {name} any more."
        for strand, _, to in step.states:
            name = "The case" if strand == "case" else _capital(self._strand(strand))
            yield f"{name} is now at `{to}`."
        late = [one for one in step.late if step.kind != "overdue" or len(step.late) > 1]
        if late:
            yield f"Late now: {self._owed(late)}."
        ended = [one for one in step.ended if step.kind not in ("complete", "waive", "decline")]
        for status in dict.fromkeys(status for _, status in ended):
            names = [name for name, how in ended if how == status]
            yield f"{_capital(_ENDED.get(status, status))}: {self._owed(names)}."
        gone = {name for name, _ in step.ended}
        if opened := [one for one in step.opened if one not in gone]:
            yield f"To do from now on: {self._owed(opened)}."
        if step.told:
            yield f"Told: {and_(map(self._role, step.told))}."
        if step.closed:
            yield "The case is closed."

    def _owed(self, instances: Iterable[str]) -> str:
        names = [one.partition("/")[0] for one in instances]
        follow_ups = self.protocol.follow_ups
        return and_(
            dict.fromkeys(
                _small(follow_ups[name].name if name in follow_ups else _plain(name))
                for name in names
            )
        )

    def _role(self, role: str) -> str:
        declared = self.protocol.roles.get(role)
        return declared.name if declared is not None else role

    def _strand(self, strand: str) -> str:
        return self.protocol.strands[strand].name


def _plain(name: str) -> str:
    """A name of the protocol as words."""
    return name.partition("/")[0].replace("_", " ").removesuffix(".again")


def _small(title: str) -> str:
    """A title inside a sentence: without its full stop."""
    return title.rstrip(". ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
