"""Turning DOT text into a picture: the one door to layout engines.

Two engines can do it: the program `dot` of Graphviz, reached through the `graphviz`
package, and the copy of Graphviz inside the `pygraphviz` wheel, which pip alone can
install. The program goes first: it is the one the person chose, with its fonts. Both are
imported only when a figure is drawn. What stands in the DOT text is left to others.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from protocolkit.ground.errors import LayoutError

Format = Literal["svg", "png", "pdf"]
Engine = Literal["dot", "neato"]

HOW_TO_GET_ONE = (
    "To get one: pip install 'protocolkit[render]', "
    "or install Graphviz (apt install graphviz, brew install graphviz, winget install graphviz). "
    "A .dot file can be written without either."
)

_FONT_NOISE = b"Fontconfig "
_one_at_a_time = threading.Lock()


def render(dot: str, format: Format, *, engine: Engine = "dot") -> bytes:
    """The picture of a DOT text.

    With `neato`, every point stands where its `pos` says and only the lines are laid out.
    Units: `pos` is in points, 72 to the inch, y upwards.
    Raises: LayoutError: no engine is there, or none of them could draw this text.
    """
    reasons: list[str] = []
    for draw in (_by_program, _by_wheel):
        try:
            return draw(dot, format, engine)
        except LayoutError as error:
            reasons.append(str(error))
    if not available():
        reasons.append(HOW_TO_GET_ONE)
    raise LayoutError(" ".join(["The figure could not be drawn.", *reasons]))


def available() -> str:
    """The engine that `render` would use first, in words; empty when there is none."""
    if shutil.which("dot"):
        import graphviz

        try:
            return f"dot {'.'.join(map(str, graphviz.version()))} on PATH"
        except (graphviz.CalledProcessError, RuntimeError, OSError):
            pass  # a `dot` that cannot tell its version cannot draw either
    try:
        import pygraphviz
    except (ImportError, OSError):
        return ""
    return f"pygraphviz {pygraphviz.__version__}"


def _by_program(dot: str, format: Format, engine: Engine) -> bytes:
    if not shutil.which("dot"):
        raise LayoutError("The program dot is not on the PATH.")
    import graphviz

    try:
        # Quiet, because what a working `dot` says on stderr is about its fonts.
        picture: bytes = graphviz.pipe(
            engine, format, dot.encode(), neato_no_op=2 if engine == "neato" else None, quiet=True
        )
    except graphviz.CalledProcessError as error:
        said = (error.stderr or b"").decode(errors="replace").strip()
        raise LayoutError(f"The program dot said: {said or error}.") from error
    except (graphviz.ExecutableNotFound, OSError) as error:
        raise LayoutError(f"The program dot could not be started: {error}.") from error
    return picture


def _by_wheel(dot: str, format: Format, engine: Engine) -> bytes:
    with _one_at_a_time, _without_font_noise():
        try:
            import pygraphviz
        except (ImportError, OSError) as error:  # OSError: a library the wheel expects is missing
            raise LayoutError(f"The package pygraphviz cannot be used: {error}.") from error
        try:
            # `nop2` is the name inside the library of what `neato -n2` does.
            picture: bytes = pygraphviz.AGraph(string=dot).draw(
                format=format, prog="nop2" if engine == "neato" else engine
            )
        except (ValueError, OSError) as error:
            raise LayoutError(f"The package pygraphviz said: {error}.") from error
    return picture


@contextmanager
def _without_font_noise() -> Iterator[None]:
    """Keep the font library's remarks off the terminal.

    The wheel's copy of that library writes them from C, to file descriptor 2, because it
    reads the fonts' settings of another version. Everything else written there meanwhile,
    by this thread or another, is passed on afterwards.
    """
    sys.stderr.flush()
    real = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
            caught.seek(0)
            for line in caught:
                if not line.startswith(_FONT_NOISE):
                    os.write(2, line)
