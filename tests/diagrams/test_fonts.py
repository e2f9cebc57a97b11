"""Which of our fonts a machine has, as fontconfig tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.diagrams.fonts import font


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ("echo DejaVu Sans; echo Arial,Arial Bold; echo Liberation Sans", "Liberation Sans"),
        ("echo Arial,Arial Bold", "Arial"),
        ("echo Comic Sans MS", ""),
        ("exit 1", None),
        (None, None),
    ],
)
def test_the_first_of_our_fonts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str | None, found: str | None
) -> None:
    """In the order in which figures ask for them; empty if none is there, None if nobody knows."""
    if says is not None:
        tool = tmp_path / "fc-list"
        tool.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found == font()
