"""What each word means: every key of the language, and the ideas behind them.

One sentence, the class, and the formal term of the field for each. The sentences of keys and
kinds are the vocabulary's own; here stand only the ideas that have no key, and the formal
terms. `docs/glossary.md` is made from it by `tools/glossary-page`. Imports the vocabulary.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from protocolkit.ground.record import Record
from protocolkit.language.rules import CHOICES
from protocolkit.language.types import Key, Kind
from protocolkit.language.vocabulary import COMMON, KINDS, SECTIONS
from protocolkit.language.wording import listed, says
from protocolkit.model.words import TOPICS

WIDTH = 96


class Idea(Record):
    """A word of ours that is no key: what it says, its class if it has one, the formal term."""

    word: str
    says: str
    model: str = ""
    formal: str = ""


IDEAS = (
    Idea(
        word="act",
        says="Something a person does in a case, declared as a trigger.",
        model="Trigger",
        formal="action",
    ),
    Idea(
        word="aim",
        says="When something should be done at best; nothing is late after it.",
        model="Due.aim",
        formal="soft deadline",
    ),
    Idea(
        word="at once",
        says="An aim with no wait at all; a limit that counts must stand beside it.",
        model="Limit",
        formal="soft deadline of zero",
    ),
    Idea(
        word="case",
        says="One young person's way through a protocol, from its opening to its closing.",
        model="Case",
        formal="run, process instance",
    ),
    Idea(
        word="condition",
        says="A question about a case that is true, false or not known; only true lets pass.",
        model="Condition",
        formal="guard in strong three-valued (Kleene) logic",
    ),
    Idea(
        word="digest",
        says="A short mark of a protocol's whole content: a case keeps to the text it began with, "
        "until a plan brings it under another.",
        model="Protocol.digest",
        formal="SHA-256 hash",
    ),
    Idea(
        word="event",
        says="One entry in the record of a case: who did what when, and what followed.",
        model="Event",
        formal="domain event (event sourcing)",
    ),
    Idea(
        word="finding",
        says="Something that the checks have to say about a protocol, with its place.",
        model="Finding",
        formal="diagnostic",
    ),
    Idea(
        word="happened at",
        says="When something was done; it decides whether that was in time.",
        model="Event.happened_at",
        formal="valid time",
    ),
    Idea(
        word="key of a command",
        says="A word that marks one command, so that sending it twice does it once.",
        model="Engine",
        formal="idempotency key",
    ),
    Idea(
        word="late",
        says="Not done when its limit passed; done exactly at the limit is in time.",
        model="Overdue",
        formal="deadline violation",
    ),
    Idea(
        word="limit",
        says="Until when: an aim, a due time and an outer limit, counted from something.",
        model="Limit",
        formal="deadline, metric temporal bound",
    ),
    Idea(
        word="migration",
        says="Open cases go on under another text of their protocol, by an approved plan.",
        model="Plan",
        formal="process instance migration",
    ),
    Idea(
        word="notice",
        says="Somebody is to be told: who and about what, never what a case holds.",
        model="Notice",
        formal="outbox message",
    ),
    Idea(
        word="occurrence",
        says="Something that happened: an act, a meeting held, a follow-up met or late.",
        model="Happened",
        formal="event instance",
    ),
    Idea(
        word="outer limit",
        says="A last limit after the due time, written `at most`; passing it is a second breach.",
        model="Due.outer",
        formal="hard deadline",
    ),
    Idea(
        word="overlay",
        says="A file that takes another protocol over and changes parts of it.",
        model="Protocol",
        formal="inheritance with constraints",
    ),
    Idea(
        word="reason",
        says="Why an act is refused: the rule, its source, what is missing, who can supply it.",
        model="Reason",
        formal="explanation",
    ),
    Idea(
        word="recorded at",
        says="When something was put into the record; it decides what was known by then.",
        model="Event.recorded_at",
        formal="transaction time",
    ),
    Idea(
        word="refused",
        says="A case said no to an act; that is kept in the record, and nothing else changed.",
        model="Refused",
        formal="rejected action",
    ),
    Idea(
        word="roster",
        says="A file beside the protocol that says which person holds which office.",
        formal="role assignment",
    ),
    Idea(
        word="store",
        says="Where cases are kept, so that nothing is lost between two commands.",
        model="Store",
        formal="event store",
    ),
    Idea(
        word="unknown",
        says="Nobody has recorded it yet; that is neither true nor false.",
        formal="third truth value",
    ),
    Idea(
        word="unspecified",
        says="The source does not say; the gap is shown, and nothing is made up.",
        model="Element.unspecified",
        formal="underspecification",
    ),
    Idea(
        word="worker",
        says="A program that watches the limits of all cases and delivers the notices.",
        model="Worker",
        formal="transactional outbox relay and timer service",
    ),
)
"""Words that are no keys."""

FORMAL = {
    "protocol": "timed workflow with normative rules",
    "in_force": "validity period",
    "citation": "provenance",
    "parameter": "named constant",
    "floor": "refinement constraint",
    "calendar": "business calendar",
    "role": "role (role-based access control)",
    "who": "authorised or obliged agents",
    "holder": "agent",
    "relationship": "edge of a social network",
    "fact": "typed variable with history",
    "term": "named predicate",
    "state": "state",
    "strand": "orthogonal region",
    "trigger": "action, input of the state machine",
    "move": "transition",
    "need": "precondition",
    "recorded": "assignment",
    "exception": "authorised override",
    "agreed_by": "joint authorisation with veto",
    "meeting": "joint action with quorum",
    "quorum": "threshold",
    "follow_up": "directed obligation",
    "met_by": "fulfilment",
    "exclusion": "exception to an obligation",
    "authority": "normative power",
    "escalation": "contrary-to-duty ladder",
    "watches": "scope of a timer",
    "level": "timeout action",
    "start_at": "initial level",
    "release": "disclosure rule",
    "property": "temporal property",
    "tally": "aggregate",
    "link": "hand-over between processes",
}
"""The formal term of a kind; kinds that are plain data have none."""

FORMAL_KEYS = {
    "blocks": "blocking obligation",
    "counts_for": "fulfilment policy",
    "decline": "right to refuse",
    "different_from": "separation of duty",
    "due": "deadline",
    "ends_when": "cancelling condition",
    "every": "recurring obligation",
    "final": "final state",
    "from": "source state",
    "happens": "controllable or environment action",
    "if": "guard",
    "initial": "initial state",
    "never": "prohibition for a role",
    "opens_in": "state-bound obligation",
    "opens_when": "condition-bound obligation",
    "opens_with": "event-bound obligation",
    "owed_to": "counterparty",
    "protective": "priority action",
    "strength": "deontic modality",
    "substitutes": "delegation",
    "to": "target state",
    "valid_for": "time to live",
    "waive": "release from an obligation",
}


def words() -> list[str]:
    """Every word that has an entry."""
    keys = {key.name for kind in KINDS.values() for key in kind.keys}
    keys.update(key.name for key in COMMON)
    return sorted({*KINDS, *keys, *TOPICS, *(idea.word for idea in IDEAS)})


def entry(term: str) -> str:
    """What a word means, as text; empty when it is not one of ours.

    A section (`follow_ups`) is read as its kind; blanks, hyphens and capitals do not matter.
    """
    wanted = "_".join(term.lower().replace("-", " ").split())
    parts = [
        *(_about_idea(idea) for idea in IDEAS if idea.word.replace(" ", "_") == wanted),
        *(_about_kind(kind) for kind in KINDS.values() if kind.name == wanted),
        *(_about_key(kind, key) for kind, key in _keys() if key.name == wanted),
    ]
    if wanted in TOPICS:
        parts.append(_text(f"{wanted}, a topic", TOPICS[wanted], f"example: `topics: [{wanted}]`"))
    if wanted == "topics":
        parts.append(
            _text("topics that checks look for", *(f"{a}: {b}" for a, b in TOPICS.items()))
        )
    if wanted in SECTIONS and SECTIONS[wanted] != wanted:
        parts.append(_about_kind(KINDS[SECTIONS[wanted]]))
    return "\n\n".join(parts)


def _keys() -> Iterator[tuple[Kind | None, Key]]:
    """Every key with its kind; None: a key of every element."""
    for key in COMMON:
        yield None, key
    for kind in KINDS.values():
        for key in kind.keys:
            yield kind, key


def _about_idea(idea: Idea) -> str:
    return _text(
        idea.word,
        idea.says,
        f"class: {idea.model}" if idea.model else "",
        f"formal term: {idea.formal}" if idea.formal else "",
    )


def _about_kind(kind: Kind) -> str:
    section = next((name for name, of in SECTIONS.items() if of == kind.name), "")
    formal = FORMAL.get(kind.name, "")
    short = f"the value of `{kind.short}` may stand for the whole" if kind.short else ""
    width = max((len(key.name) for key in kind.keys), default=0)
    lines = [
        textwrap.fill(
            f"  {key.name:<{width}}  {key.doc}{' (required)' if key.required else ''}",
            WIDTH,
            subsequent_indent=" " * (width + 4),
        )
        for key in kind.keys
    ]
    return _text(
        kind.name,
        kind.doc,
        f"stands in: `{section}:`" if section else "",
        f"short form: {short}" if short else "",
        *(
            f"{'exactly' if one.exclusive else 'at least'} one of: {listed(one.keys)}"
            for one in CHOICES.get(kind.name, ())
        ),
        f"class: {kind.model.__name__}",
        f"formal term: {formal}" if formal else "",
        "keys, besides those of every element (title, source, ...):" if kind.common else "keys:",
        *lines,
    )


def _about_key(kind: Kind | None, key: Key) -> str:
    of = f"of a `{kind.name}`" if kind else "of every element"
    model = kind.model.__name__ if kind else "Element"
    formal = FORMAL_KEYS.get(key.name, "")
    return _text(
        f"{key.name}, {of}",
        key.doc,
        f"value: {says(key.type)}" + (", or `unspecified`" if key.silent else ""),
        f"example: `{key.name}: {key.example}`" if key.example else "",
        f"class: {model}.{key.field}",
        f"formal term: {formal}" if formal else "",
    )


def _text(head: str, *lines: str) -> str:
    return "\n".join([f"# {head}", "", *(line for line in lines if line)])


def page() -> str:
    """The page of the documentation, in Markdown."""
    ideas = (_row(f"**{one.word}**", one.says, _code(one.model), one.formal) for one in IDEAS)
    kinds = (
        _row(f"`{kind.name}`", kind.doc, _code(kind.model.__name__), FORMAL.get(kind.name, ""))
        for kind in KINDS.values()
    )
    keys = (
        _row(
            f"`{key.name}`" + (f" of `{kind.name}`" if kind else ""),
            key.doc,
            _code(f"{kind.model.__name__ if kind else 'Element'}.{key.field}"),
            FORMAL_KEYS.get(key.name, ""),
        )
        for kind, key in sorted(_keys(), key=lambda pair: pair[1].name)
    )
    head = "| word | what it says | class | formal term |\n|---|---|---|---|"
    return "\n".join(
        [
            "# Glossary",
            "",
            "One word for each idea, everywhere: in the YAML, in messages, in the code. The same",
            "entries come with `protocolkit explain follow_up`. This page is made from the table",
            "that the reader of protocol files uses; it is written by `tools/glossary-page`.",
            "",
            "## Ideas",
            "",
            head,
            *ideas,
            "",
            "## Kinds of elements",
            "",
            head,
            *kinds,
            "",
            "## Keys",
            "",
            "A key without a kind may stand in every element.",
            "",
            head,
            *keys,
            "",
            "## Topics",
            "",
            "The tags that the practice checks look for. Others are free to use.",
            "",
            "| topic | what it says |\n|---|---|",
            *(_row(f"`{topic}`", says) for topic, says in TOPICS.items()),
            "",
        ]
    )


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
