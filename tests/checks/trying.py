"""Small protocols with random conditions, and what all values say of them: the plain way.

A condition is a tuple, judged here by a few lines of our own: every value of every fact is
tried, and unknown. Imports nothing of the project: a protocol is text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from hypothesis import strategies as st

FACTS: Mapping[str, tuple[Any, ...]] = {
    "age": (0, 1, 2, 3),
    "danger": (False, True),
    "certainty": ("none", "suspected", "confirmed"),
    "implicated": tuple(frozenset(some) for some in ((), ("djo",), ("judge",), ("djo", "judge"))),
}
HAPPENINGS = ("report",)
Tree = tuple[Any, ...]
Values = Mapping[str, Any]

_HEAD = """\
roles:
  djo: {kind: juvenile_officer}
  judge: {kind: judge}
  nurse: {kind: health}
facts:
  age: {type: integer, range: 0..3, recorded_by: djo}
  danger: {type: boolean, recorded_by: djo}
  certainty: {type: choice, values: [none, suspected, confirmed], recorded_by: judge}
  implicated: {type: set of roles, recorded_by: nurse}
"""


def everything(happenings: bool = True) -> Iterator[Values]:
    """Every case there is: a value or None for each fact, a number for what happens."""
    names = [*FACTS, *HAPPENINGS] if happenings else [*FACTS]
    ways = [(*FACTS[name], None) if name in FACTS else (0, 1, 2) for name in names]
    for values in product(*ways):
        yield dict(zip(names, values, strict=True))


def says(tree: Tree, case: Values) -> bool | None:
    """What a condition says in a case."""
    kind, *parts = tree
    if kind == "not":
        found = says(parts[0], case)
        return None if found is None else not found
    if kind in ("and", "or"):
        found_all = [says(part, case) for part in parts]
        decides = bool(kind == "or")
        if decides in found_all:
            return decides
        return None if None in found_all else not decides
    value = case[parts[0]]
    if kind == "known":
        return value is not None
    if kind == "happened":
        return bool(value > 0)
    if kind == "is" and None in parts[1]:
        return bool(value is None or value in parts[1])
    if value is None:
        return None
    if kind == "is":
        return bool(value in parts[1])
    if kind == "is not":
        return bool(value != parts[1])
    if kind == "includes":
        return bool(parts[1] in value)
    return bool({"<": value < parts[1], ">=": value >= parts[1]}[kind])


def text(tree: Tree) -> str:
    """A condition as it is written."""
    kind, *parts = tree
    if kind == "not":
        return f"not ({text(parts[0])})"
    if kind in ("and", "or"):
        return f" {kind} ".join(f"({text(part)})" for part in parts)
    name = f"count({parts[0]})" if parts[0] in HAPPENINGS else parts[0]
    if kind == "known":
        return f"{name} is known"
    if kind == "happened":
        return f"happened({parts[0]})"
    if kind == "is":
        return f"{name} is {' or '.join(map(word, parts[1]))}"
    if kind == "is not":
        return f"{name} is not {word(parts[1])}"
    return f"{name} {kind} {parts[1]}"


def word(value: Any) -> str:
    """A value as it is written, and as a finding says it."""
    if value is None:
        return "unknown"
    if isinstance(value, frozenset):
        return " and ".join(sorted(value)) or "nobody"
    return str(value).lower() if isinstance(value, bool) else str(value)


def reads(tree: Tree) -> set[str]:
    """The facts that a condition asks for."""
    if tree[0] in ("and", "or", "not"):
        return set[str]().union(*(reads(part) for part in tree[1:]))
    return {tree[1]} & FACTS.keys()


def agrees(case: Values, witness: Mapping[str, str]) -> bool:
    """Whether a case is one of those that a witness speaks of."""
    for name, value in witness.items():
        inner = name.partition("(")[2].rstrip(")")
        if inner:
            said = word(case[inner] > 0) if name.startswith("happened") else str(case[inner])
            # A number of times stands for all that no condition tells apart from it.
            if said != value and not (name.startswith("count") and case[inner] >= int(value) >= 2):
                return False
        elif word(case[name]) != value:
            return False
    return True


# -- drawing -----------------------------------------------------------------------------------


def phrases(happenings: bool = True) -> st.SearchStrategy[Tree]:
    """One phrase about a fact, or about what happens."""
    words = st.sampled_from(FACTS["certainty"])
    kinds: list[st.SearchStrategy[Tree]] = [
        st.tuples(st.sampled_from(("<", ">=")), st.just("age"), st.integers(-1, 5)),
        st.tuples(
            st.just("is"),
            st.just("age"),
            st.lists(st.sampled_from((0, 2, 3, 7, None)), min_size=1, max_size=3, unique=True),
        ),
        st.tuples(
            st.just("is"),
            st.just("danger"),
            st.lists(st.sampled_from((True, False, None)), min_size=1, max_size=3, unique=True),
        ),
        st.tuples(
            st.just("is"),
            st.just("certainty"),
            st.lists(
                st.sampled_from((*FACTS["certainty"], None)), min_size=1, max_size=4, unique=True
            ),
        ),
        st.tuples(st.just("is not"), st.just("certainty"), words),
        st.tuples(st.just("known"), st.sampled_from(sorted(FACTS))),
        st.tuples(st.just("includes"), st.just("implicated"), st.sampled_from(("djo", "judge"))),
    ]
    if happenings:
        kinds.append(st.tuples(st.just("happened"), st.sampled_from(HAPPENINGS)))
        kinds.append(
            st.tuples(st.sampled_from(("<", ">=")), st.sampled_from(HAPPENINGS), st.integers(0, 2))
        )
    return st.one_of(kinds)


def trees(happenings: bool = True) -> st.SearchStrategy[Tree]:
    """A condition of up to a handful of phrases."""
    return st.recursive(
        phrases(happenings),
        lambda inner: st.one_of(
            st.tuples(st.just("not"), inner),
            st.tuples(st.sampled_from(("and", "or")), inner, inner),
            st.tuples(st.just("and"), inner, inner, inner),
        ),
        max_leaves=5,
    )


def with_need(need: Tree) -> str:
    """A protocol in which an act needs something, behind a term."""
    return _HEAD + (
        f'terms:\n  ready: "{text(need)}"\n'
        "triggers:\n  report: {who: djo}\n"
        "  close: {who: djo, needs: {it: ready}, moves: {from: identified, to: closed}}\n"
    )


def with_choice(need: Tree, moves: list[Tree], *, first: bool = False) -> str:
    """A protocol in which an act that needs something chooses between states of its own."""
    states = [f"s{number}" for number in range(len(moves))]
    return (
        _HEAD
        + "states:\n  identified: {initial: true}\n"
        + "".join(f"  {state}: {{}}\n" for state in states)
        + "  closed: {final: true}\ntriggers:\n  report: {who: djo}\n"
        + f"  close: {{who: djo, moves: {{from: [{', '.join(states)}], to: closed}}}}\n"
        + f'  decide:\n    who: djo\n    first: {str(first).lower()}\n    needs: {{it: "'
        + text(need)
        + '"}\n    moves:\n'
        + "".join(
            f'      - {{from: identified, to: {state}, if: "{text(tree)}"}}\n'
            for state, tree in zip(states, moves, strict=True)
        )
    )
