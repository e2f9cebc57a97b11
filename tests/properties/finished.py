"""What a property says of a story that lies there whole: plain, slow, obvious.

No automaton and no memory: the story is a list, and a property is a question about its places.
Imports the model and ground; conditions are judged by whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from protocolkit.ground.limits import OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.model.programme import Property


class Thing(Record):
    """Something that happened: its name with its event, when, by whom; `due` is when the limit
    of the property runs out that counts from it.
    """

    key: tuple[str, str]
    at: datetime
    by: str = ""
    due: datetime | None = None


class Place(Record):
    """Where the case came to rest: how many things had been recorded, and what was known of the
    condition.
    """

    things: int
    known: bool | None


class Finished(Record):
    """A story up to now. `told` are the things up to the closing, in the order in which they
    happened, `later` those that were recorded after it; `recorded` are the keys of all in the
    order of the record, `places` those up to the closing. `is_over` tells whether an instant has
    passed.
    """

    told: Sequence[Thing]
    later: Sequence[Thing]
    recorded: Sequence[tuple[str, str]]
    places: Sequence[Place]
    closed: bool
    is_over: Callable[[datetime], bool]


Key = Callable[[OccurrenceRef], tuple[str, str]]


def verdict(one: Property, story: Finished, key: Key) -> str:
    """Of a property: holds, pending, broken or kept."""
    match one.kind:
        case "response" | "within":
            return _response(one, story, key)
        case "at_end":
            known = story.places[-1].known is True
            if story.closed:
                return "kept" if known else "broken"
            return "holds" if known else "pending"
        case "different_people":
            broken = _same_person(one, story)
        case "always" | "never" if one.condition is not None:
            wrong = one.kind == "never"
            inside = _inside(one, story.recorded, key)
            broken = any(place.known is wrong and inside(place.things) for place in story.places)
            if not broken and _over(one, list(story.recorded), key):
                return "kept"
        case _:
            broken = any(_is_broken(one, part, key) for part in stretches(one, story.told, key))
    if broken:
        return "broken"
    return "kept" if story.closed or _is_kept(one, story, key) else "holds"


def stretches(one: Property, told: Sequence[Thing], key: Key) -> Iterator[Sequence[Thing]]:
    """The parts of a story that a property speaks of, each as what happened in it."""
    names = [thing.key for thing in told]
    after = key(one.after) if one.after else None
    until = key(one.until) if one.until else None
    starts = [0] if after is None else [n + 1 for n, name in enumerate(names) if name == after]
    for start in starts:
        ends = [n for n in range(start, len(names)) if names[n] == until]
        again = [n + 1 for n in range(start, len(names)) if names[n] == after]
        end = min(*ends[:1], *again[:1], len(names), len(names))
        yield told[start:end]


def _inside(one: Property, names: Sequence[tuple[str, str]], key: Key) -> Callable[[int], bool]:
    """Whether after so many things the case is in what a property speaks of."""
    after = key(one.after) if one.after else None
    until = key(one.until) if one.until else None

    def inside(count: int) -> bool:
        starts = [0] if after is None else [n + 1 for n in range(count) if names[n] == after]
        return bool(starts) and until not in names[starts[-1] : count]

    return inside


def _over(one: Property, names: list[tuple[str, str]], key: Key) -> bool:
    """Whether what a property speaks of can never come again."""
    return one.after is None and one.until is not None and key(one.until) in names


def _is_broken(one: Property, part: Sequence[Thing], key: Key) -> bool:
    names = [thing.key for thing in part]
    if one.kind == "precedence":
        assert one.before is not None
        assert one.need is not None
        before, need = key(one.before), key(one.need)
        return any(name == before and need not in names[:n] for n, name in enumerate(names))
    assert one.what is not None
    return names.count(key(one.what)) > (one.times or 0)


def _is_kept(one: Property, story: Finished, key: Key) -> bool:
    names = [thing.key for thing in story.told]
    if one.kind == "precedence" and one.after is None:
        assert one.need is not None
        first = next(iter(stretches(one, story.told, key)))
        if key(one.need) in [thing.key for thing in first]:
            return True
    return one.kind != "different_people" and _over(one, names, key)


def _same_person(one: Property, story: Finished) -> bool:
    did = {(thing.key[0], thing.by) for thing in story.told if thing.key in _steps(one)}
    people = [by for _, by in did if by not in ("", "clock")]
    return len(people) > len(set(people))


def _steps(one: Property) -> set[tuple[str, str]]:
    return {(step, "") for step in one.steps}


def _response(one: Property, story: Finished, key: Key) -> str:
    when, then = one.when or one.from_, one.then or one.to
    assert when is not None
    assert then is not None
    asked, answer = key(when), key(then)
    inside = _inside(one, [thing.key for thing in story.told], key)
    waits = False
    for n, thing in enumerate(story.told):
        if thing.key != asked or not inside(n) or _ends_here(one, thing, key):
            continue
        answers = [other.at for other in story.told[n + 1 :] if other.key == answer]
        if not answers and thing.due is None and story.closed:
            return "broken"
        if not answers and story.closed:
            answers = [other.at for other in story.later if other.key == answer]
        if answers and thing.due is not None and answers[0] > thing.due:
            return "broken"
        if not answers and thing.due is not None and story.is_over(thing.due):
            return "broken"
        waits = waits or not answers
    if waits:
        return "pending"
    return "kept" if story.closed or _over(one, [o.key for o in story.told], key) else "holds"


def _ends_here(one: Property, thing: Thing, key: Key) -> bool:
    return one.until is not None and key(one.until) == thing.key
