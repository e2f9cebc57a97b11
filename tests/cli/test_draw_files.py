"""Where `draw` writes, and what it never writes over."""

from __future__ import annotations

from pathlib import Path

from protocolkit.cli import main
from protocolkit.diagrams import draw
from protocolkit.language.reading import read_file
from tests.cli.harness import SITE_A


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """A figure goes where its name is, never through a link into another file."""
    other = tmp_path / "other.txt"
    other.write_text("mine", encoding="utf-8")
    target = tmp_path / "figure.dot"
    target.symlink_to(other)
    assert 0 == main(["draw", str(SITE_A), "-o", str(target)])
    assert "mine" == other.read_text(encoding="utf-8")
    assert not target.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("digraph")


def test_the_protocol_is_not_written_over(tmp_path: Path) -> None:
    """A figure with the name of its own protocol is refused; the protocol stays as it is."""
    protocol = tmp_path / "county.dot"
    text = Path(SITE_A).read_text(encoding="utf-8")
    protocol.write_text(text, encoding="utf-8")
    assert 2 == main(["draw", str(protocol), "-o", str(protocol)])
    assert text == protocol.read_text(encoding="utf-8")


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    """After writing there is the figure and no other file."""
    protocol = read_file(SITE_A).protocol
    assert protocol is not None
    draw(protocol).save(tmp_path / "figure.dot")
    assert ["figure.dot"] == [one.name for one in tmp_path.iterdir()]
