"""What `draw` gives: DOT text, words, pictures, warnings; for every protocol of the project."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from protocolkit.diagrams import FORMATS, VIEWS, draw
from protocolkit.ground.errors import UsageError
from tests.diagrams.samples import ALL, BUNDLED, bundled, figure, in_other_names, small

STARTS_WITH = {"svg": b"<svg", "png": b"\x89PNG\r\n", "pdf": b"%PDF-", "dot": b"digraph"}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", BUNDLED)
def test_the_figures_of_the_paper_stay_as_they_were_looked_at(
    name: str, view: str, kept: Callable[[str, str], str]
) -> None:
    """The DOT text of a bundled protocol changes only when somebody accepts the change."""
    dot = figure(name, view).dot
    assert kept(f"{name}-{view}.dot", dot) == dot


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["site_a", "site_b"])
def test_names_and_order_do_not_change_a_figure(name: str, view: str) -> None:
    """With other ids, and everything in another order, the figure is the same up to names."""
    protocol = bundled(name)
    other, old = in_other_names(protocol)
    dot = draw(other, view).dot
    for changed, id_ in old.items():
        dot = dot.replace(changed, id_)
    assert figure(name, view).dot == dot


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ALL)
def test_every_protocol_can_be_drawn(name: str, view: str) -> None:
    """Each figure is laid out, and says in words what it shows."""
    drawn = figure(name, view)
    assert drawn.svg().startswith("<svg")
    assert 0 < drawn.scale <= 1
    assert len(drawn.text.splitlines()) > 1


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("ending", FORMATS)
def test_the_ending_of_a_file_chooses_its_format(ending: str, view: str, tmp_path: Path) -> None:
    """`save` writes what the name of the file promises."""
    path = draw(small(), view).save(tmp_path / f"figure.{ending}")
    assert path.read_bytes().startswith(STARTS_WITH[ending])


def test_a_notebook_shows_a_figure() -> None:
    """The hook of notebooks gives the same SVG as `svg`."""
    drawn = draw(small())
    assert drawn._repr_svg_() == drawn.svg()


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (
            lambda: draw(small(), "lanes"),
            "There is no figure called “lanes”. There is process and network.",
        ),
        (
            lambda: draw(small()).render("mmd"),
            "A figure cannot be saved as “mmd”. It can be svg, png, pdf or dot.",
        ),
        (
            lambda: draw(small()).save("figure"),
            "A figure cannot be saved as “”. It can be svg, png, pdf or dot.",
        ),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(
    ask: Callable[[], object], expected: str
) -> None:
    """Asking for another view or format says which there are."""
    with pytest.raises(UsageError) as caught:
        ask()
    assert str(caught.value) == expected


@pytest.mark.parametrize("view", VIEWS)
def test_no_fact_is_ever_in_a_figure(view: str) -> None:
    """Neither the name nor the title of a fact is drawn or told."""
    drawn = draw(small(), view)
    for secret in ("Unspeakable", "hidden_fact", "hidden fact"):
        assert secret not in drawn.dot
        assert secret not in drawn.text


def test_a_public_figure_counts_no_persons() -> None:
    """On how many persons a tie rests stays inside: few are easily known."""
    assert "2 persons" in draw(small(), "network").dot
    public = draw(small(), "network", public=True)
    assert "persons" not in public.dot + public.text


def test_small_print_is_warned_of() -> None:
    """A protocol too large for a page is drawn, with a warning that tells the scale."""
    large = figure("examples/quarry_falls", "process")
    (warning,) = large.warnings
    assert warning.startswith(f"The figure is drawn at {large.scale:.0%} of its size")
    assert draw(small()).warnings == ()


def test_a_long_title_of_a_tie_is_warned_of() -> None:
    """The title is drawn whole, and its author is told that it is long."""
    drawn = draw(small(tie="whenever one of them has time"), "network")
    (warning,) = drawn.warnings
    assert warning.startswith("The title “whenever one of them has time” is long for a figure")


def test_warnings_need_no_layout_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an engine the scale is not known, and nothing is said about it."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)  # importing it fails
    assert draw(bundled("examples/quarry_falls")).warnings == ()
