"""Zones: sets of differences, held against every choice of small whole seconds."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from protocolkit.proofs.zones import FREE, NOW, START, Zone, at_most, below, both

LATEST = 4
NAMES = ("now", "a", "b")
Known = tuple[str, str, int]


def holds(bound: int, difference: float) -> bool:
    """Whether a difference keeps a bound."""
    if bound >= FREE:
        return True
    return difference <= bound >> 1 if bound & 1 else difference < bound >> 1


def choices(bounds: list[Known]) -> set[tuple[float, ...]]:
    """Every choice of half seconds for the names, now being 0, that keeps the bounds."""
    steps = [half / 2 for half in range(-2 * LATEST, 2 * LATEST + 1)]
    found = set()
    for others in product(steps, repeat=len(NAMES) - 1):
        at = dict(zip(NAMES, (0, *others), strict=True))
        if all(holds(bound, at[a] - at[b]) for a, b, bound in bounds):
            found.add(tuple(at[name] for name in NAMES))
    return found


def bounds_of(zone: Zone) -> list[Known]:
    """Everything that a zone says."""
    return [(str(a), str(b), zone.bound(a, b)) for a in zone.names for b in zone.names]


some_bound = st.one_of(st.builds(at_most, st.integers(-3, 3)), st.builds(below, st.integers(-3, 3)))
some_bounds = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), some_bound).filter(
        lambda one: one[0] != one[1]
    ),
    max_size=6,
)


@given(some_bounds)
def test_a_zone_says_what_was_said(bounds: list[Known]) -> None:
    """The closed form keeps exactly the choices that keep the bounds; None is no choice at all."""
    zone = START.adding(("a", "b"), bounds)
    kept = choices(bounds)
    if zone is None:
        assert kept == set()
    else:
        assert choices(bounds_of(zone)) == kept


@given(some_bounds)
def test_forgetting_keeps_what_is_known_of_the_others(bounds: list[Known]) -> None:
    """Of the names that stay, every choice is kept that had one for the name that goes."""
    zone = START.adding(("a", "b"), bounds)
    if zone is None:
        return
    kept = zone.keeping((NOW, "b"))
    for choice in choices(bounds):
        at = dict(zip(NAMES, choice, strict=True))
        assert holds(kept.bound("b", NOW), at["b"])
        assert holds(kept.bound(NOW, "b"), -at["b"])


@given(some_bounds, some_bounds)
def test_within_is_inclusion(one: list[Known], other: list[Known]) -> None:
    """A zone within another has only choices that the other has too."""
    small, large = START.adding(("a", "b"), one), START.adding(("a", "b"), other)
    if small is None or large is None:
        return
    if small.within(large):
        assert choices(bounds_of(small)) <= choices(bounds_of(large))
    both_hold = START.adding(("a", "b"), [*one, *other])
    if both_hold is not None:
        assert both_hold.within(small)
        assert both_hold.within(large)


@given(some_bounds, st.integers(1, 3))
def test_blurring_only_adds(bounds: list[Known], longest: int) -> None:
    """What counts as far away may be further away, and nothing is lost."""
    zone = START.adding(("a", "b"), bounds)
    if zone is not None:
        assert zone.within(zone.blurred(longest))


def test_sums_of_bounds() -> None:
    """A sum is included only if both parts are; no bound stays none."""
    assert both(at_most(2), at_most(3)) == at_most(5)
    assert both(at_most(2), below(3)) == below(5)
    assert both(below(-2), below(3)) == below(1)
    assert both(FREE, below(3)) == FREE
