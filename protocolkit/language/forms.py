"""Which keys go with which word: the forms of an element that one of its keys decides.

Only properties have such forms: each kind has keys of its own. `FORMS` is data that reader, JSON
Schema and reference share. Imports ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from protocolkit.ground.limits import Limit, OccurrenceRef
from protocolkit.ground.record import Record

Problem = tuple[str, str, tuple[str | int, ...], str]


class Part(NamedTuple):
    """An element as far as it could be read.

    `values` are those of the keys without any fault, so that no rule judges what is broken
    already; `given` are all keys that stand there. `subject` names the element.
    """

    values: Mapping[str, Any]
    given: set[str]
    subject: str


class Form(Record):
    """The keys of an element when one of its keys has a certain word: those that it `needs`, one
    of those in `either` if there are any, and those that it may have.
    """

    needs: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    example: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that has a meaning in this form."""
        return (*self.needs, *self.either, *self.may)


_STRETCH = ("after", "until")

PROPERTY_FORMS: Mapping[str, Form] = {
    "response": Form(
        needs=("when", "then"),
        may=("within", *_STRETCH),
        example="{kind: response, when: report, then: tell.met, within: 5 business days}",
    ),
    "precedence": Form(
        needs=("before", "need"),
        may=_STRETCH,
        example="{kind: precedence, before: convene, need: report}",
    ),
    "never": Form(
        either=("what", "condition"),
        may=_STRETCH,
        example="{kind: never, what: charge, until: review}",
    ),
    "always": Form(
        needs=("condition",),
        may=_STRETCH,
        example="{kind: always, condition: not (age >= 18)}",
    ),
    "at_end": Form(
        needs=("condition",),
        example="{kind: at_end, condition: tell is met}",
    ),
    "always_possible": Form(
        needs=("condition",),
        example="{kind: always_possible, condition: case is closed}",
    ),
    "within": Form(
        needs=("from", "to", "within"),
        may=_STRETCH,
        example="{kind: within, from: report, to: convene, within: 24 hours}",
    ),
    "at_most": Form(
        needs=("what", "times"),
        may=_STRETCH,
        example="{kind: at_most, what: interview, times: 1}",
    ),
    "different_people": Form(
        needs=("steps",),
        example="{kind: different_people, steps: [write_plan, agree_plan]}",
    ),
}

FORMS: Mapping[str, tuple[str, Mapping[str, Form]]] = {"property": ("kind", PROPERTY_FORMS)}
"""By kind of element: the key whose word decides, and the form that goes with each word."""

_OF_SOME_PROPERTIES = tuple(
    dict.fromkeys(key for form in PROPERTY_FORMS.values() for key in form.keys)
)
_OCCURRENCES_OF_PROPERTIES = (
    *("when", "then", "before", "need", "what", "from", "to"),
    *_STRETCH,
)


def property_problems(part: Part) -> Iterator[Problem]:
    """What is wrong with the keys of a property."""
    yield from _in_form(part, *FORMS["property"], _OF_SOME_PROPERTIES)
    within = part.values.get("within")
    if isinstance(within, Limit) and (within.within is None or _says_more(within)):
        yield (
            "PK006",
            "`within` needs a length of time, and nothing else.",
            ("within",),
            "write for example `10 business days`",
        )
    for key in _OCCURRENCES_OF_PROPERTIES:
        ref = part.values.get("from_" if key == "from" else key)
        if isinstance(ref, OccurrenceRef) and ref.pick != "opening":
            yield (
                "PK006",
                f"`{key}` of a property means each time that it happens.",
                (key,),
                f"write only `{ref.replace(pick='opening')}`",
            )
    if part.values.get("before") and part.values.get("before") == part.values.get("need"):
        yield (
            "PK006",
            "`before` and `need` name the same, so it could never happen at all.",
            ("need",),
            "name what must have happened before",
        )
    steps = part.values.get("steps")
    if steps is not None and len(set(steps)) < 2:
        yield (
            "PK006",
            f"{part.subject} keeps acts apart, so `steps` names two of them at least.",
            ("steps",),
            "write for example `steps: [write_plan, agree_plan]`",
        )


def _says_more(limit: Limit) -> bool:
    """Whether a limit says more than how long after."""
    more = limit.anchor or limit.after_last or limit.at_most or limit.at_once
    return bool(more) or limit.direction == "before"


def _in_form(
    part: Part, key: str, forms: Mapping[str, Form], keys: Iterable[str]
) -> Iterator[Problem]:
    """What is missing or does not belong there, by the word that an element has for a key.

    `keys` are all those that only some of the forms have.
    """
    word = part.values.get(key)
    form = forms.get(word) if isinstance(word, str) else None
    if form is None:
        return
    for name in form.needs:
        if name not in part.given:
            said = f"{part.subject} is of the kind `{word}` and has no `{name}`."
            yield "PK005", said, (), f"write it like this: `{form.example}`"
    chosen = [name for name in form.either if name in part.given]
    if form.either and not chosen:
        either = " or ".join(f"`{name}`" for name in form.either)
        said = f"{part.subject} is of the kind `{word}` and has no {either}."
        yield "PK005", said, (), f"write it like this: `{form.example}`"
    for name in chosen[1:]:
        said = f"{part.subject} has `{chosen[0]}` and `{name}`; only one of them can count."
        yield "PK006", said, (name,), "keep one; for the other write a second property"
    for name in keys:
        if name in part.given and name not in form.keys:
            has = ", ".join(f"`{own}`" for own in form.keys)
            said = f"`{name}` has no meaning in a property of the kind `{word}`."
            yield "PK006", said, (name,), f"take it out; this kind has {has}"
