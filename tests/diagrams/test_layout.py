"""The door to layout engines, with the engines that this machine really has."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from protocolkit.diagrams import layout
from protocolkit.ground.errors import LayoutError

PINNED = """digraph {
    node [shape=ellipse]
    a [pos="0,0" label="Zoë"]; b [pos="200,100"]; c [pos="100,-50"]
    a -> b -> c
}"""
STARTS_WITH = {"svg": b"<?xml", "png": b"\x89PNG\r\n", "pdf": b"%PDF-"}


def _wheel_works() -> bool:
    try:
        import pygraphviz  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


THERE = {"program": shutil.which("dot") is not None, "wheel": _wheel_works()}


@pytest.fixture(params=["program", "wheel"])
def only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the one engine that can be found during the test."""
    name: str = request.param
    if name == "program":
        monkeypatch.setitem(sys.modules, "pygraphviz", None)  # importing it fails
    else:
        monkeypatch.setenv("PATH", "")
    return name


def _render(only: str, engine: layout.Engine, form: layout.Format) -> bytes | None:
    """The picture, or None where this machine lacks the engine and `render` says so."""
    if THERE[only]:
        return layout.render(PINNED, form, engine=engine)
    with pytest.raises(LayoutError, match=r"pip install 'protocolkit\[render\]'"):
        layout.render(PINNED, form, engine=engine)
    return None


@pytest.mark.parametrize("engine", get_args(layout.Engine))
@pytest.mark.parametrize("form", get_args(layout.Format))
def test_every_engine_draws_every_format(
    only: str, engine: layout.Engine, form: layout.Format
) -> None:
    """Both ways to Graphviz give pictures of the kind that was asked for."""
    picture = _render(only, engine, form)
    assert picture is None or picture.startswith(STARTS_WITH[form])


def test_neato_leaves_every_point_where_it_was_put(only: str) -> None:
    """`pos` is in points, whichever engine draws: B stands 200 right of A and 100 above it."""
    picture = _render(only, "neato", "svg")
    if picture is not None:
        points = re.findall(r'<ellipse.* cx="([-\d.]+)" cy="([-\d.]+)"', picture.decode())
        (ax, ay), (bx, by), (cx, cy) = ((float(x), float(y)) for x, y in points)
        moved = (bx - ax, by - ay, cx - ax, cy - ay)  # in SVG, y counts downwards
        assert pytest.approx((200, -100, 100, 50)) == moved


def test_the_engine_in_use_is_named(only: str) -> None:
    """`available` names the engine and its version, or says nothing when there is none."""
    expected = {"program": r"dot \d+\.\d+.* on PATH", "wheel": r"pygraphviz \d+\.\d+.*"}[only]
    assert re.fullmatch(expected if THERE[only] else "", layout.available())


def test_without_any_engine_the_message_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One message names both engines that are lacking and the ways to install one."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(LayoutError) as caught:
        layout.render(PINNED, "svg")
    message = str(caught.value)
    assert "dot is not on the PATH" in message
    assert "pygraphviz cannot be used" in message
    assert message.endswith(layout.HOW_TO_GET_ONE)
    assert layout.available() == ""


def test_a_program_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a broken `dot` says reaches the person, when nothing else can draw."""
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho 'Format: \"svg\" not recognized' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(LayoutError, match='The program dot said: Format: "svg" not recognized'):
        layout.render(PINNED, "svg")


def test_a_text_that_is_no_graph_is_refused(only: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A broken text gives an error, and what the engine says about it is not swallowed."""
    with pytest.raises(LayoutError) as caught:
        layout.render("digraph { a ->", "svg")
    said = str(caught.value) + capfd.readouterr().err
    assert ("syntax error" if THERE[only] else layout.HOW_TO_GET_ONE) in said


def test_a_drawing_leaves_the_terminal_alone() -> None:
    """The font library's remarks, made once in each process, do not reach stderr."""
    code = f"""if True:
        from protocolkit.diagrams import layout
        if layout.available():
            layout.render({PINNED!r}, "png")
    """
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
