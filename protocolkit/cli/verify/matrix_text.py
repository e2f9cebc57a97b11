"""A matrix of absences in the terminal: a table, a week for each hole, one absence in full.

Plain letters only, so that it reads the same on every console and without colours. Imports the
matrix and its words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from protocolkit.cli.verify.matrix_words import (
    DAYS,
    HOW,
    INTERNAL,
    SIGNS,
    SOONER,
    UNSTATED,
    at_worst,
    ends,
    glance,
    grouped,
    has_holes,
    hears_short,
    hours,
    joined,
    named,
    outcome_in_words,
    persons,
    shown,
)
from protocolkit.proofs.absences import Outcome
from protocolkit.proofs.contingency import Cover, Matrix
from protocolkit.proofs.duty import Shift

_COLUMNS = (
    ("can", "close?"),
    ("acts", "stop"),
    ("owed,", "undone"),
    ("levels", "untold"),
    ("first human", "hears"),
)
_WIDTHS = (8, 6, 8, 8, 13)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NARROWEST = 16
"""The least that a name gets, even if the table is then wider than asked for."""


def short(matrix: Matrix, width: int = 80) -> str:
    """What is good to see at once: the main sentences, who matters, when nobody is there."""
    blocks = [
        INTERNAL,
        "\n".join(_fill(f"* {one}", width, "  ") for one in glance(matrix)),
        _table(matrix, width),
        _ties(matrix, width),
        *(
            _week(matrix, covers, width)
            for covers in grouped(matrix.covers)
            if has_holes(covers[0])
        ),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def without(matrix: Matrix, one: Outcome, width: int = 80) -> str:
    """One absence in full, in sentences."""
    lines = [INTERNAL, "", f"Without {named(one)}"]
    for heading, below in outcome_in_words(matrix, one):
        if heading.endswith("."):
            lines.append(_fill(heading, width, "  ", "  "))
        elif below:
            lines.append(_fill(f"{heading}:", width, "  ", "  "))
            lines.extend(_fill(f"- {said}", width, "      ", "    ") for said in below)
    return "\n".join(lines) + "\n"


# -- the table --------------------------------------------------------------------------------


def _table(matrix: Matrix, width: int) -> str:
    states = matrix.before.standings
    letters = [_LETTERS[number % len(_LETTERS)] for number in range(len(states))]
    between = " " if len(letters) <= 8 else ""
    signs_wide = max(len(between.join(letters)), len("at"))
    name_wide = max(_NARROWEST, width - signs_wide - sum(_WIDTHS) - 2)
    lines = [
        "If somebody is not there",
        *(
            _fill(line, width, "     ", "  ")
            for line in (
                f"{letter}  {one.title}" for letter, one in zip(letters, states, strict=True)
            )
        ),
        "",
        _row("", name_wide, "", signs_wide, [top for top, _ in _COLUMNS]),
        _row(
            "who is gone",
            name_wide,
            between.join(letters),
            signs_wide,
            [low for _, low in _COLUMNS],
        ),
        "-" * (name_wide + signs_wide + sum(_WIDTHS) + 2),
    ]
    same: list[Outcome] = []
    rows = [(one, "") for one in (matrix.before, *shown(matrix))]
    rows += [(one, _when(shift)) for shift, one in matrix.hours if one.absence.roles]
    for one, when in rows:
        if one is not matrix.before and not matrix.differs(one):
            same.append(one)
            continue
        name = f"Off duty {when}" if when else named(one)
        signs = between.join(HOW[standing.how][0] for standing in one.standings)
        lines += _named_row(name, name_wide, signs, signs_wide, _cells(one))
    lines.append("")
    used = {standing.how for one, _ in rows for standing in one.standings}
    lines += [f"  {sign}  {said}" for how, (sign, said) in HOW.items() if how in used]
    lines.append("  -  none, or no later than with everybody there")
    heard = [hears_short(one) for one, _ in rows]
    lines += [f"  +? {UNSTATED}"] if any("+?" in said for said in heard) else []
    lines += [f"  *  {SOONER}"] if any("*" in said for said in heard) else []
    if same:
        names = joined(map(named, same))
        lines += ["", _fill(f"Cases go the same way without: {names}.", width)]
    return "\n".join(lines)


def _cells(one: Outcome) -> list[str]:
    close = "yes" if one.can_close else "NO"
    if one.absence.kind == "hours":
        return ["", *(str(len(ids) or "-") for ids in (one.stops, one.undone)), "", ""]
    return [
        close,
        str(len(one.stops) + len(one.not_reached) or "-"),
        str(len(one.undone) or "-"),
        str(len(one.untold) or "-"),
        hears_short(one),
    ]


def _row(name: str, name_wide: int, signs: str, signs_wide: int, cells: Sequence[str]) -> str:
    line = f"{name:{name_wide}}  {signs:{signs_wide}}"
    for cell, wide in zip(cells, _WIDTHS, strict=True):
        line += f"{cell:>{wide}}"
    return line.rstrip()


def _named_row(
    name: str, name_wide: int, signs: str, signs_wide: int, cells: Sequence[str]
) -> list[str]:
    """A row whose name may need several lines."""
    first, *more = textwrap.wrap(name, name_wide, subsequent_indent="  ")
    return [_row(first, name_wide, signs, signs_wide, cells), *more]


def _when(shift: Shift) -> str:
    return hours(shift.stretches)


def _ties(matrix: Matrix, width: int) -> str:
    """The ties that rest on persons, with what is left when these go."""
    lines = ["Ties that go with the persons who carry them"] if matrix.ties else []
    for tie in matrix.ties:
        left = "nothing else joins them" if tie.only else "something else joins them too"
        over = joined(matrix.names[one] for one in tie.carries) if tie.carries else ""
        said = f"{ends(matrix, tie.between)}: {persons(tie)}; {left}"
        said += f"; over it go: {over}" if over else ""
        lines.append(_fill(f"{'X' if tie.only else 'o'}  {said}", width, "     ", "  "))
    return "\n".join(lines)


# -- the week ---------------------------------------------------------------------------------


def _week(matrix: Matrix, covers: Sequence[Cover], width: int) -> str:
    one = covers[0]
    lines = [
        _fill(f"Hour by hour: {joined(cover.title for cover in covers)}", width, "  "),
        "              0     6     12    18    24",
    ]
    rows = [*zip(DAYS, one.week, strict=True)]
    if one.closed_day:
        rows.append(("closed day", one.closed_day))
    lines += [f"  {day:<12}{line}" for day, line in rows]
    used = {sign for _, line in rows for sign in line}
    lines += [f"  {sign}  {said}" for sign, said in SIGNS.items() if sign in used]
    lines.append(_fill(at_worst(matrix, one.wait), width, "  ", "  "))
    return "\n".join(lines)


def _fill(text: str, width: int, after: str = "", before: str = "") -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=before,
        subsequent_indent=after,
        break_on_hyphens=False,
        break_long_words=False,
    )
