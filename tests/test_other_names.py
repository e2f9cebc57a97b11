"""Study Site A under other names and in another order: the same findings, run and figures."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from protocolkit.checks import OFF
from protocolkit.checks import run as run_checks
from protocolkit.diagrams import VIEWS, Figure, draw
from protocolkit.language.reading import Reading, read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import plain_data
from protocolkit.scenarios import read_file, run_file
from protocolkit.scenarios.running import CASE, Rehearsal
from tests.renaming import ids_in, in_other_words, renamed

PROTOCOLS = Path(__file__).parents[1] / "protocols"
SITE_A = PROTOCOLS / "site_a.yaml"
STORIES = PROTOCOLS / "site_a.scenarios.yaml"
SEEDS = [1, 2]


@cache
def _data(path: Path) -> Any:
    tree, _, findings = parse(path.read_bytes(), path.name)
    assert tree is not None
    assert [] == findings
    return plain_data(tree)


def _new_ids(order: random.Random | None) -> dict[str, str]:
    """Another name for each id; without a source of chance they sort as the old ones do."""
    ids = sorted({*ids_in(_data(SITE_A)), "site-a"} - {"case"})
    numbers = list(range(len(ids)))
    if order is not None:
        order.shuffle(numbers)
    return {id_: f"zz{number:03}zz" for id_, number in zip(ids, numbers, strict=True)}


def _other_titles(data: Any, titles: dict[str, str]) -> Any:
    """The same with every title changed; `titles` collects the old one of each."""
    if isinstance(data, list):
        return [_other_titles(item, titles) for item in data]
    if not isinstance(data, Mapping):
        return data
    found: dict[str, Any] = {}
    for key, value in data.items():
        if key == "title":
            new = f"Zz{len(titles):03}zz"
            titles[new] = value
            found[key] = new
        else:
            found[key] = _other_titles(value, titles)
    return found


def _without(data: Any, path: tuple[str, ...]) -> Any:
    """The same without one part of it."""
    if not path:
        return data
    found = {key: value for key, value in data.items() if path != (key,)}
    if len(path) > 1:
        found[path[0]] = _without(data[path[0]], path[1:])
    return found


class Copy:
    """Site A in other words: its text, and how to say its names in the old ones."""

    def __init__(
        self,
        seed: int,
        *,
        keep_sorted: bool = False,
        without: tuple[str, ...] = (),
    ) -> None:
        order = random.Random(seed)
        self.names = _new_ids(None if keep_sorted else order)
        data = in_other_words(_without(_data(SITE_A), without), self.names, order)
        self.titles: dict[str, str] = {}
        self.text = json.dumps(_other_titles(data, self.titles), ensure_ascii=False)

    def reading(self) -> Reading:
        """The copy, read."""
        reading = read_text(self.text, "copy.yaml")
        assert reading.ok
        return reading

    def in_old_names(self, text: str) -> str:
        """A text of the copy in the names and titles of the original."""
        for old, new in self.names.items():
            text = text.replace(new, old)
        for new, old in self.titles.items():
            text = text.replace(new, old)
        return text

    def story(self, folder: Path) -> Path:
        """The scenario file of the copy, beside its protocol."""
        folder.joinpath("site_a.yaml").write_text(self.text, encoding="utf-8")
        stories = _data(STORIES)
        path = folder / "copy.scenarios.yaml"
        path.write_text(json.dumps(_said(stories, self.names)), encoding="utf-8")
        return path


def _said(data: Any, names: Mapping[str, str]) -> Any:
    """A scenario file in other names."""
    if isinstance(data, Mapping):
        return {renamed(key, names): _said(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [_said(item, names) for item in data]
    return renamed(data, names)


def _original() -> Reading:
    reading = read_text(SITE_A.read_bytes(), "site_a.yaml")
    assert reading.ok
    return reading


def _found(text: str, copy: Copy | None = None) -> Counter[tuple[str, ...]]:
    """The findings by code and by the part of the protocol that they speak of."""
    back = {new: old for old, new in copy.names.items()} if copy else {}
    return Counter(
        (one.code, one.severity, *(back.get(str(part), str(part)) for part in one.path))
        for one in run_checks(read_text(text, "text.yaml"), off=()).findings
    )


def _events(path: Path) -> dict[str, list[str]]:
    """Every event of every story, as text without the digest."""
    found: dict[str, list[str]] = {}
    for scenario in read_file(path).scenarios:
        rehearsal = Rehearsal(scenario)
        assert rehearsal.outcome().passed
        found[scenario.name] = [
            json.dumps(event.to_json(), sort_keys=True).replace(scenario.protocols[0].digest, "")
            for event in rehearsal.engine.history(CASE)
        ]
    return found


HARM = {
    "as it is": (),
    "nobody engages the team": ("triggers", "engage_team"),
    "nobody reports": ("triggers", "report_to_supervisor"),
    "no such role": ("roles", "investigator"),
    "no end": ("states", "plan_agreed"),
}
"""What is taken out of Site A, so that there is something to find."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("harm", HARM)
def test_the_same_findings(harm: str, seed: int) -> None:
    """As many, of the same codes, about the same parts."""
    copy = Copy(seed, without=HARM[harm])
    expected = _found(json.dumps(_without(_data(SITE_A), HARM[harm])))
    assert (harm != "as it is") == any(code not in OFF for code, *_ in expected)
    assert expected == _found(copy.text, copy)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_run(seed: int, tmp_path: Path) -> None:
    """Every story comes out as it says: states, what is owed, told, refused, and why."""
    results = run_file(Copy(seed).story(tmp_path))
    assert () == results.findings
    assert [] == [str(one) for outcome in results.outcomes for one in outcome.differences]
    assert len(_data(STORIES)["scenarios"]) == results.passed


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_events_but_for_names(seed: int, tmp_path: Path) -> None:
    """When the new names sort as the old ones do, to the letter."""
    copy = Copy(seed, keep_sorted=True)
    expected = _events(STORIES)
    actual = _events(copy.story(tmp_path))
    assert expected == {
        copy.in_old_names(name): [copy.in_old_names(text) for text in texts]
        for name, texts in actual.items()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_another_order_alone_changes_not_a_letter(seed: int, tmp_path: Path) -> None:
    """It is the same protocol, with the same digest."""
    data = in_other_words(_data(SITE_A), {}, random.Random(seed))
    tmp_path.joinpath("site_a.yaml").write_text(json.dumps(data), encoding="utf-8")
    story = tmp_path / "copy.scenarios.yaml"
    story.write_bytes(STORIES.read_bytes())
    assert _original().protocol.digest == read_text(json.dumps(data)).protocol.digest  # type: ignore[union-attr]
    assert _events(STORIES) == _events(story)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_figures(seed: int, view: str) -> None:
    """As many shapes and lines of each kind, joined in the same way.

    That figures are the same to the letter under other ids stands with the figures.
    """
    original, copy = _original().protocol, Copy(seed)
    other = copy.reading().protocol
    assert original is not None
    assert other is not None
    assert _drawn(draw(original, view)) == _drawn(draw(other, view))


def _drawn(figure: Figure) -> tuple[Counter[Any], Counter[Any]]:
    """The shapes and the lines of a figure, without a word."""
    shapes = {
        node.key: (node.shape, node.colour, node.border, len(node.parts))
        for node in figure.graph.nodes
    }
    lines = Counter(
        (shapes[edge.tail], shapes[edge.head], edge.style, edge.ends) for edge in figure.graph.edges
    )
    return Counter(shapes.values()), lines
