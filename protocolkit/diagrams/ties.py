"""Which lines the figure of participants has: ties and seats, once for each pair of boxes.

Imports the model and its neighbours for order and words. Several ties of one kind between the
same two boxes are one line; every single tie is still told in the words of that line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from protocolkit.diagrams.facts import lines
from protocolkit.diagrams.graph import Ends, Line, LineStyle
from protocolkit.diagrams.order import Order, by_rank
from protocolkit.diagrams.wording import Wording, listed, named, plain
from protocolkit.ground.record import Record
from protocolkit.model.case import Meeting
from protocolkit.model.people import Relationship
from protocolkit.model.protocol import Protocol

Seat = Literal["required", "asked", "optional"]
SEATS: tuple[tuple[Seat, str], ...] = (
    ("required", "must come"),
    ("asked", "asked to come"),
    ("optional", "may come"),
)
_STYLES: Mapping[str, LineStyle] = {"formal": "formal", "informal": "informal_tie"}
_WORDS, _INSIDE = 18, 38
_LONGEST_TITLE = 4


class TieLine(Record):
    """A line of the figure: from one box to another, by their keys. `name` tells every tie."""

    one: str
    other: str
    style: LineStyle
    ends: Ends
    words: tuple[Line, ...]
    name: str


class _Single(Record):
    """One tie or seat before it is put together with others of its kind."""

    one: str
    other: str
    style: LineStyle
    ends: Ends
    tie: Relationship | None
    told: str


class Ties:
    """The ties and seats of a protocol between the boxes of its figure.

    `box_of` gives the box of each role and meeting that is drawn.
    """

    def __init__(
        self, protocol: Protocol, order: Order, box_of: Mapping[str, str], *, public: bool
    ) -> None:
        self._protocol, self._order, self._box_of = protocol, order, box_of
        self._say, self._public = Wording(protocol), public
        self._shown = [
            protocol.relationships[name]
            for name in by_rank(protocol.relationships, order.relationships)
            if all(end in box_of for end in protocol.relationships[name].between)
        ]

    def lines(self, team: Meeting | None) -> list[TieLine]:
        """The lines between boxes, each once."""
        together: dict[tuple[str, str, LineStyle, Ends], list[_Single]] = {}
        for single in (*self._ties(), *self._seats(team)):
            one, other = self._box_of[single.one], self._box_of[single.other]
            if one != other:
                key = (one, other, single.style, single.ends)
                if single.ends == "none" and (other, one, *key[2:]) in together:
                    key = (other, one, *key[2:])
                together.setdefault(key, []).append(single)
        return [
            TieLine(
                one=one,
                other=other,
                style=style,
                ends=ends,
                words=self._words(singles),
                name=" ".join(dict.fromkeys(single.told for single in singles)),
            )
            for (one, other, style, ends), singles in together.items()
        ]

    def inside(self, box: str) -> tuple[Line, ...]:
        """What a box says of the ties between its own roles."""
        shown: list[Line] = []
        for tie in self._shown:
            if {self._box_of[end] for end in tie.between} != {box}:
                continue
            title = plain(tie.title)
            text = f"{title} ({tie.tie})" if title else f"tied: {tie.tie}"
            if tie.one_way or len(self._in_box(box)) > 2:
                text = f"{self._between(tie)}: {text}"
            shown.extend(lines(text, _INSIDE, "quiet" if tie.tie in _STYLES else "alarm"))
        return tuple(dict.fromkeys(shown))

    def text(self) -> Iterator[str]:
        """Every tie in words, in order; also of those who have no box."""
        relationships = self._protocol.relationships
        for number, name in enumerate(by_rank(relationships, self._order.relationships), 1):
            yield f"Tie {number}. {self._told(relationships[name])}"

    def notes(self) -> Iterator[str]:
        """What an author should know of titles that are long."""
        for tie in self._shown:
            title = plain(tie.title)
            if len(title.split()) > _LONGEST_TITLE:
                yield (
                    f"The title “{title}” is long for a figure: "
                    f"{_LONGEST_TITLE} words or fewer are read at a glance."
                )

    # -- single lines --------------------------------------------------------------------

    def _ties(self) -> Iterator[_Single]:
        for tie in self._shown:
            one, other = tie.between[0], tie.between[-1]
            if one in self._protocol.meetings:
                one, other = other, one
            ends: Ends = self._seat(one, other) or ("one_way" if tie.one_way else "none")
            if ends in ("required", "asked", "optional"):
                one, other = other, one
            style = _STYLES.get(tie.tie, "missing")
            told = self._told(tie)
            yield _Single(one=one, other=other, style=style, ends=ends, tie=tie, told=told)

    def _seats(self, team: Meeting | None) -> Iterator[_Single]:
        tied = {frozenset(tie.between) for tie in self._shown}
        for name in by_rank(self._protocol.meetings, self._order.meetings):
            meeting = self._protocol.meetings[name]
            style: LineStyle = "seat" if meeting is team else "side_seat"
            for seat, words in SEATS if name in self._box_of else ():
                for role in by_rank(meeting.seats(seat), self._order.roles):
                    if role in self._box_of and frozenset((role, name)) not in tied:
                        told = f"{named(meeting)}: {self._say.role(role)} {words}."
                        yield _Single(
                            one=name, other=role, style=style, ends=seat, tie=None, told=told
                        )

    def _seat(self, role: str, meeting: str) -> Seat | None:
        found = self._protocol.meetings.get(meeting)
        for seat, _ in SEATS:
            if found and role in found.seats(seat):
                return seat
        return None

    # -- words ---------------------------------------------------------------------------

    def _words(self, singles: Sequence[_Single]) -> tuple[Line, ...]:
        """What stands on a line: the titles of its ties, how it fails, on whom it rests."""
        ties = [single.tie for single in singles if single.tie]
        titles = dict.fromkeys(plain(tie.title) for tie in ties if tie.title)
        if singles[0].style == "missing":
            fails = list(titles) or list(dict.fromkeys(tie.tie for tie in ties))
            told = [line for text in fails for line in lines(f"× {text}", _WORDS, "alarm")]
            concerned = {end for tie in ties for end in tie.between}
            for box in dict.fromkeys(self._box_of[end] for tie in ties for end in tie.between):
                told.extend(self._only(box, concerned))
            return tuple(told)
        told = [line for text in titles for line in lines(text, _WORDS)]
        rests = {self._rests_on(tie) for tie in ties}
        if len(rests) == 1 and (one := rests.pop()):
            told.extend(lines(one, _WORDS, "quiet"))
        return tuple(told)

    def _only(self, box: str, concerned: set[str]) -> tuple[Line, ...]:
        """Whom of a box a failing tie concerns, where that is not all of them."""
        names = {role: self._say.role(role).split() for role in self._in_box(box)}
        if concerned >= set(names):
            return ()
        # Words that all of them begin with, such as the name of their office, tell nothing.
        while (
            len({words[0] for words in names.values()}) == 1 and min(map(len, names.values())) > 1
        ):
            names = {role: words[1:] for role, words in names.items()}
        whom = listed((" ".join(names[role]) for role in names if role in concerned), "and")
        return lines(f"{whom} only", _WORDS, "quiet")

    def _in_box(self, box: str) -> list[str]:
        return [
            role
            for role in by_rank(self._protocol.roles, self._order.roles)
            if self._box_of.get(role) == box
        ]

    def _rests_on(self, tie: Relationship) -> str:
        if self._public or tie.rests_on != "persons":
            return ""
        if tie.persons is None:
            return "rests on persons"
        return "1 person" if tie.persons == 1 else f"{tie.persons} persons"

    def _between(self, tie: Relationship) -> str:
        ends = [
            named(self._protocol.meetings[end])
            if end in self._protocol.meetings
            else self._say.role(end)
            for end in tie.between
        ]
        return f"{ends[0]} to {ends[-1]}" if tie.one_way else listed(ends, "and")

    def _told(self, tie: Relationship) -> str:
        more = [part for part in (plain(tie.title), self._rests_on(tie)) if part]
        return f"{self._between(tie)}: {', '.join((tie.tie, *more))}."
