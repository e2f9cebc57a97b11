"""An SVG for web pages: whole, told in words, safe whatever the titles say."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.diagrams import VIEWS, draw
from protocolkit.diagrams.dot import escaped, quoted
from protocolkit.diagrams.style import COLOURS, DARK, INK, PAPER, QUIET, text_width
from protocolkit.model.words import ORGANIZATION_KINDS
from tests.diagrams.samples import figure, small

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    'say "no"',
    "<script>alert(1)</script>",
    "A & B; C <b>",
    "back\\slash \\N \\G \\",
    "]]> --> <!-- x",
    '"]; a -> b; label="',
    "two\nlines\tand tabs",
    "&amp; &#60; %s {0}",
    "×“’– é 漢字 עברית",
    "x" * 300,
    "   ",
]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_only_ever_text(title: str, view: str) -> None:
    """Whatever a title says, the figure is drawn and shows it letter by letter."""
    protocol = small(title=json.dumps(title), state=json.dumps(title), tie=json.dumps(title))
    root = ElementTree.fromstring(draw(protocol, view).svg())
    shown = "".join(text.text or "" for text in root.iter(f"{SVG}text"))
    letters = "".join(title.split())
    assert letters in "".join(shown.split())
    assert sum(1 for _ in root.iter(f"{SVG}script")) == 0


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Z"])))
def test_text_in_a_label_comes_back_as_it_was(text: str) -> None:
    """Escaping is undone by reading the label as XML."""
    assert ElementTree.fromstring(f"<a>{escaped(text)}</a>").text == (text or None)


@given(st.text())
def test_a_quoted_text_ends_where_it_should(text: str) -> None:
    """No text can close its own quotes: every quote and backslash inside is escaped."""
    inside = quoted(text)[1:-1]
    assert re.fullmatch(r'(?:[^"\\\n]|\\.)*', inside)


@pytest.mark.parametrize("view", VIEWS)
def test_an_svg_tells_what_it_shows(view: str) -> None:
    """It is one image with a title and a description, which lists the figure line by line."""
    drawn = figure("site_a", view)
    svg = drawn.svg()
    assert "<!" not in svg
    root = ElementTree.fromstring(svg)
    title, words = root.findall(f"{SVG}title")[0], root.findall(f"{SVG}desc")[0]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    assert title.text == drawn.graph.title
    lines = (words.text or "").splitlines()
    assert lines == [f"{number}. {line}" for number, line in enumerate(drawn.graph.text, 1)]


def test_states_and_roles_can_be_found_in_an_svg() -> None:
    """A page can mark the state of a case: ids and classes name what each shape is."""
    process = ElementTree.fromstring(draw(small()).svg())
    network = ElementTree.fromstring(draw(small(), "network").svg())
    classes = {group.get("id"): group.get("class") for group in process.iter(f"{SVG}g")}
    assert classes["state-noticed"] == "node state court"
    assert classes["state-over"] == "node state several final"
    assert classes["late-told"] == "node escalation"
    classes = {group.get("id"): group.get("class") for group in network.iter(f"{SVG}g")}
    assert classes["role-detective"] == "node role police"


def test_a_line_between_participants_tells_each_of_its_ties() -> None:
    """One line stands for several ties; its tooltip names every one with its roles."""
    root = ElementTree.fromstring(figure("site_a", "network").svg())
    titles = [
        title.text
        for group in root.iter(f"{SVG}g")
        if "edge" in group.get("class", "").split()
        for title in group.findall(f"{SVG}title")
    ]
    assert len(titles) == len(figure("site_a", "network").graph.edges)
    assert (
        "Deputy juvenile officer (DJO) and Supervisor, juvenile division: "
        "formal, reports every case. "
        "Truancy officer and Supervisor, juvenile division: formal, reports every case."
    ) in titles


def test_a_shape_is_named_for_a_tooltip_and_a_step_is_not() -> None:
    """The engine's own keys, such as `state:case/told`, do not reach the reader."""
    titles = [
        title.text for title in ElementTree.fromstring(draw(small()).svg()).iter(f"{SVG}title")
    ]
    assert "2\u2002Told" in titles
    assert [title for title in titles if title and ("->" in title or "state:" in title)] == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["site_a", "recommended", "examples/quarry_falls"])
def test_every_colour_has_a_partner_on_dark_pages(name: str, view: str) -> None:
    """No colour of a figure stays as it is when the page turns dark."""
    root = ElementTree.fromstring(figure(name, view).svg())
    used = {
        element.get(attribute, "none")
        for element in root.iter()
        for attribute in ("fill", "stroke")
        if element.get(attribute)
    }
    assert used - {"none", "transparent"} <= set(DARK)


def _contrast(one: str, other: str) -> float:
    """The ratio of the Web Content Accessibility Guidelines 2.2."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("kind", ORGANIZATION_KINDS)
def test_colours_can_be_read(kind: str) -> None:
    """Text on a fill at 7:1, a line on its fill and on the page at 4.5:1, light and dark."""
    colour = COLOURS[kind]
    for ink, fill, line, paper in (
        (INK, colour.fill, colour.line, PAPER),
        (DARK[INK], DARK[colour.fill], DARK[colour.line], DARK[PAPER]),
    ):
        assert _contrast(ink, fill) >= 7
        assert _contrast(line, fill) >= 4.5
        assert _contrast(line, paper) >= 4.5


def test_quiet_lines_can_be_seen() -> None:
    """Informal ties are drawn in a grey that stands off the page at 3:1, light and dark."""
    assert _contrast(QUIET, PAPER) >= 3
    assert _contrast(DARK[QUIET], DARK[PAPER]) >= 3


def test_a_wider_text_is_measured_wider() -> None:
    """Letters that run wide count for more than narrow ones."""
    assert text_width("WWWW", 10) > text_width("illl", 10)
