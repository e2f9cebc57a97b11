"""Every key of the language, shown by its example in a small protocol that is in order."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from protocolkit.language.reading import read_file, read_text
from protocolkit.language.types import Key, Kind
from protocolkit.language.vocabulary import COMMON, KINDS
from tests.language.frames import FRAMES, around, overlay
from tests.language.samples import shown

OVERLAY = ("extends", "set", "add", "change", "remove")
"""Keys of a file that changes another one."""

SHOWN = [
    pytest.param(kind, key, id=f"{kind.name}.{key.name}")
    for kind in KINDS.values()
    for key in kind.keys
    if not (kind.name == "protocol" and key.name in OVERLAY)
]
WITH_COMMON = [kind for kind in KINDS.values() if kind.common]


@cache
def _told(kind: Kind, key: Key) -> tuple[str, ...]:
    """What is found, frame by frame."""
    return tuple(shown(read_text(text, "whole.yaml").findings) for text in around(kind, key))


@pytest.mark.parametrize(("kind", "key"), SHOWN)
def test_the_example_of_a_key_can_stand_in_a_protocol(kind: Kind, key: Key) -> None:
    """In one of the frames of its kind nothing is found."""
    told = _told(kind, key)
    assert "" in told, "\n--\n".join(told)


@pytest.mark.parametrize("kind", WITH_COMMON, ids=lambda kind: kind.name)
def test_the_keys_of_every_element_can_stand_in_it(kind: Kind) -> None:
    """All of them, with their examples, in the first frame of its kind."""
    text = next(around(kind, *COMMON))
    assert "" == shown(read_text(text, "whole.yaml").findings)


@pytest.mark.parametrize("name", OVERLAY)
def test_the_example_of_an_overlay_key_can_stand_in_a_second_file(
    name: str, tmp_path: Path
) -> None:
    """It changes the first one, and nothing is found."""
    (key,) = (one for one in KINDS["protocol"].keys if one.name == name)
    first, second = overlay(key)
    tmp_path.joinpath("larkspur.yaml").write_text(first, encoding="utf-8")
    file = tmp_path / "second.yaml"
    file.write_text(second, encoding="utf-8")
    assert "" == shown(read_file(file).findings)


def test_every_kind_has_a_frame() -> None:
    """And no frame is for a kind that is gone."""
    assert set(KINDS) == {*FRAMES, "protocol"}


@pytest.mark.parametrize("name", FRAMES)
def test_each_frame_is_needed(name: str) -> None:
    """There is a key whose example stands in this frame and in none before it."""
    kind = KINDS[name]
    first = {_told(kind, key).index("") for key in kind.keys}
    assert set(range(len(FRAMES[name]))) == first


@pytest.mark.parametrize("name", FRAMES)
def test_a_key_that_is_not_known_is_found_in_every_frame(name: str) -> None:
    """So no frame hides what stands in it."""
    key = KINDS[name].keys[0].replace(name="no_such_key", example="1")
    assert all("PK004" in told for told in _told(KINDS[name], key))
