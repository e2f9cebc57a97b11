"""The keys of each kind of property: what is missing, what does not belong there, and where."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from protocolkit.language.forms import PROPERTY_FORMS
from protocolkit.language.reading import read_text
from protocolkit.language.schema import schema
from protocolkit.language.text import parse
from protocolkit.language.tree import Map, typed_data
from protocolkit.model.words import PROPERTY_KINDS
from tests.stories import tiny_text

VALID = Draft202012Validator(schema())
RULES = """
    facts: {{danger: {{type: boolean, recorded_by: [officer]}}}}
    triggers:
      ask: {{who: [officer]}}
      see: {{who: [officer]}}
    follow_ups: {{tell: {{opens_with: ask, who: officer, due: unspecified}}}}
    properties:
      rule: {{{rule}}}
"""
VALUES = {
    "when": "ask",
    "then": "tell.met",
    "within": "2 hours",
    "before": "see",
    "need": "ask",
    "what": "see",
    "condition": "tell is met",
    "until": "see",
    "from": "ask",
    "to": "see",
    "after": "ask",
    "times": "2",
    "steps": "[ask, see]",
}


def rule(kind: str, keys: tuple[str, ...]) -> str:
    """A property with these keys."""
    return ", ".join([f"kind: {kind}", *(f"{key}: {VALUES[key]}" for key in keys)])


def found(rule: str) -> list[tuple[str, str]]:
    """What the reader finds: code and message, with the text at its place."""
    reading = read_text(tiny_text(RULES.format(rule=rule)), "tiny.yaml")
    return [(one.code, one.message) for one in reading.findings]


def is_valid(rule: str) -> bool:
    """Whether the JSON Schema lets it stand."""
    tree, _, _ = parse(tiny_text(RULES.format(rule=rule)), "tiny.yaml")
    assert isinstance(tree, Map)
    return VALID.is_valid(typed_data(tree))


def test_every_kind_has_a_form() -> None:
    """And no form is for a kind that is gone."""
    assert set(PROPERTY_KINDS) == set(PROPERTY_FORMS)


@pytest.mark.parametrize("kind", PROPERTY_KINDS)
def test_all_that_a_kind_may_have_can_stand_together(kind: str) -> None:
    """With each of the keys of which it needs one."""
    form = PROPERTY_FORMS[kind]
    for either in form.either or ("",):
        keys = (*form.needs, *form.may, *((either,) if either else ()))
        assert [] == found(rule(kind, keys))
        assert is_valid(rule(kind, keys))


@pytest.mark.parametrize(
    ("kind", "key"),
    [(kind, key) for kind, form in PROPERTY_FORMS.items() for key in form.needs],
)
def test_a_key_that_is_needed_is_missed(kind: str, key: str) -> None:
    """By name, by the reader and by the schema."""
    text = rule(kind, tuple(one for one in PROPERTY_FORMS[kind].needs if one != key))
    message = f"The property `rule` is of the kind `{kind}` and has no `{key}`."
    assert ("PK005", message) in found(text)
    assert not is_valid(text)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (kind, key)
        for kind, form in PROPERTY_FORMS.items()
        for key in VALUES
        if key not in form.keys
    ],
)
def test_a_key_of_another_kind_has_no_meaning(kind: str, key: str) -> None:
    """It is said at the key itself, by the reader and by the schema."""
    form = PROPERTY_FORMS[kind]
    text = rule(kind, (*form.needs, *form.either[:1], key))
    message = f"`{key}` has no meaning in a property of the kind `{kind}`."
    assert [("PK006", message)] == found(text)
    assert not is_valid(text)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "kind: never",
            "PK005",
            "The property `rule` is of the kind `never` and has no `what` or `condition`.",
        ),
        (
            "kind: never, what: ask, condition: danger",
            "PK006",
            "The property `rule` has `what` and `condition`; only one of them can count.",
        ),
        (
            "kind: response, when: ask, then: see, within: 'at once, within 2 hours'",
            "PK006",
            "`within` needs a length of time, and nothing else.",
        ),
        (
            "kind: response, when: ask, then: see, within: 2 hours after see",
            "PK006",
            "`within` needs a length of time, and nothing else.",
        ),
        (
            "kind: response, when: first(ask), then: see",
            "PK006",
            "`when` of a property means each time that it happens.",
        ),
        (
            "kind: precedence, before: ask, need: ask",
            "PK006",
            "`before` and `need` name the same, so it could never happen at all.",
        ),
        (
            "kind: different_people, steps: [ask]",
            "PK006",
            "The property `rule` keeps acts apart, so `steps` names two of them at least.",
        ),
    ],
)
def test_what_does_not_go_together(text: str, code: str, message: str) -> None:
    """One finding for one fault."""
    assert [(code, message)] == found(text)


def test_a_property_is_of_single_cases() -> None:
    """It can name nothing of the programme, neither what happens nor a fact."""
    rules = """
    facts: {signed: {type: boolean, scope: programme, recorded_by: [judge]}}
    triggers:
      ask: {who: [officer]}
      join: {who: [judge], scope: programme}
    properties:
      one: {kind: never, what: join}
      two: {kind: always, condition: signed}
"""
    reading = read_text(tiny_text(rules), "tiny.yaml")
    assert [("PK006", "properties.one.what"), ("PK401", "properties.two.condition")] == [
        (one.code, ".".join(map(str, one.path))) for one in reading.findings
    ]
