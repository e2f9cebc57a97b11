"""A matrix of absences as one page that stands alone: no scripts, nothing from the network.

Each meaning has a sign and words beside its colour, so that it reads in grey, on paper and by
ear. Imports the matrix, its words and the colours of figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

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
    hears_short,
    hours,
    joined,
    named,
    outcome_in_words,
    persons,
    shown,
)
from protocolkit.diagrams.style import WEB_FONTS
from protocolkit.proofs.absences import Outcome, Standing
from protocolkit.proofs.contingency import ASSUMPTIONS, Cover, Matrix

_GROUPS = (
    ("nobody", "With everybody there"),
    ("hours", "Hours of the week"),
    ("role", "A role is vacant"),
    ("agency", "An agency is silent"),
    ("person", "A person is away"),
)
_CLASS = {".": "on", "o": "else", "?": "open", "h": "open", "x": "part", "X": "none"}

_STYLE = f"""
:root {{ color-scheme: light dark; --ink: #1a1a1a; --quiet: #5a5a5a; --paper: #ffffff;
  --line: #c9c9c9; --on: #eef5f0; --on-ink: #146b43; --else: #fbebd3; --else-ink: #8a4b00;
  --open: #e4e6ea; --open-ink: #34495e; --none: #9e2a07; --none-ink: #ffffff; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #f0f0f0; --quiet: #b4b4b4;
  --paper: #16181b; --line: #4a4d52; --on: #14261c; --on-ink: #6fcf9c; --else: #3a2506;
  --else-ink: #f0b060; --open: #2c3138; --open-ink: #c6d2de; --none: #ff9a76;
  --none-ink: #16181b; }} }}
* {{ box-sizing: border-box; -webkit-print-color-adjust: exact; print-color-adjust: exact; }}
body {{ margin: 0 auto; padding: 0 1.2rem 3rem; max-width: 70rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 {WEB_FONTS}; }}
.internal {{ margin: 0 -1.2rem; padding: .45rem 1.2rem; background: var(--none);
  color: var(--none-ink); font-weight: bold; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; margin: 1.4rem 0 .2rem; }}
h2 {{ font-size: 1.12rem; margin: 2.2rem 0 .6rem; }}
h3 {{ font-size: 1rem; margin: 1.4rem 0 .4rem; }}
p, ul {{ margin: .4rem 0; }} ul {{ padding-left: 1.2rem; }}
.quiet {{ color: var(--quiet); }}
.glance {{ border-left: .3rem solid var(--none); padding: .1rem 0 .1rem .9rem;
  font-size: 1.05rem; }}
.glance li {{ margin: .3rem 0; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; }}
.matrix {{ width: 100%; }}
.matrix th, .matrix td {{ border: 1px solid var(--line); padding: .3rem .5rem;
  vertical-align: top; }}
.matrix thead th {{ vertical-align: bottom; text-align: left; font-size: .85rem; }}
.matrix tbody th {{ font-weight: normal; text-align: left; }}
.matrix .group th {{ font-weight: bold; font-size: .85rem; padding-top: .9rem;
  border-width: 0 0 1px; }}
.matrix td.number {{ text-align: right; white-space: nowrap; }}
.matrix td.late {{ white-space: nowrap; }}
.matrix .no {{ font-weight: bold; color: var(--none-ink); background: var(--none); }}
.cell {{ min-width: 5.2rem; font-size: .85rem; line-height: 1.3; }}
.cell b {{ font: bold 1rem/1 ui-monospace, monospace; margin-right: .3rem; }}
.on {{ background: var(--on); color: var(--on-ink); }}
.else {{ background: var(--else); color: var(--else-ink); }}
.open {{ background: var(--open); color: var(--open-ink); }}
.part {{ background: linear-gradient(135deg, var(--none) 0 45%, var(--on) 45%);
  color: var(--on-ink); }}
.week td.part {{ text-align: right; vertical-align: bottom; padding: 0 .2rem .15rem 0; }}
.none {{ background: var(--none); color: var(--none-ink); }}
.week {{ margin: .3rem 0; }}
.week td {{ width: 1.55rem; height: 1.55rem; text-align: center; font: bold .8rem/1 ui-monospace,
  monospace; border: 1px solid var(--paper); padding: 0; }}
.week th {{ font-weight: normal; font-size: .8rem; text-align: left; padding: 0 .5rem 0 0;
  white-space: nowrap; }}
.week thead th {{ padding: 0; color: var(--quiet); }}
.week .closed td, .week .closed th {{ border-top: .4rem solid var(--paper); }}
.key {{ display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; padding: 0; list-style: none;
  font-size: .85rem; }}
.key b {{ display: inline-block; width: 1.4rem; text-align: center; margin-right: .35rem;
  font: bold .85rem/1.4rem ui-monospace, monospace; }}
details {{ border-top: 1px solid var(--line); padding: .35rem 0; }}
summary {{ cursor: pointer; }}
details h4 {{ font-size: .9rem; margin: .6rem 0 .1rem; }}
@media print {{ body {{ max-width: none; font-size: 10pt; }} details {{ break-inside: avoid; }} }}
"""


def page(matrix: Matrix) -> str:
    """The whole page."""
    title = f"If somebody is not there: {matrix.title}"
    parts = [
        f'<p class="internal">{escape(INTERNAL)}</p>',
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">Protocol <code>{escape(matrix.protocol)}</code></p>',
        '<div class="glance">',
        *_list(glance(matrix)),
        "</div>",
        "<h2>Who is gone, and where a case then stands</h2>",
        *_table(matrix),
        *_ties(matrix),
        "<h2>Hour by hour</h2>",
        *_weeks(matrix),
        "<h2>Each absence in full</h2>",
        *_details(matrix),
        "<h2>What this takes for granted</h2>",
        *_list(ASSUMPTIONS),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _list(items: Iterable[str], kind: str = "") -> list[str]:
    lines = [f"<li>{escape(item)}</li>" for item in items]
    return [f"<ul{kind}>", *lines, "</ul>"] if lines else []


# -- the table --------------------------------------------------------------------------------


def _table(matrix: Matrix) -> Iterator[str]:
    states = matrix.before.standings
    heads = [
        "Who is gone",
        "Can a case still be closed?",
        "First human hears, at worst",
        "Acts that stop",
        "Owed, and nobody can do it",
        "Levels that reach nobody",
        *(one.title for one in states),
    ]
    yield '<div class="wide"><table class="matrix"><thead><tr>'
    yield "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    same: list[str] = []
    for kind, heading in _GROUPS:
        rows = [(one, name) for one, name in _rows(matrix) if one.absence.kind == kind]
        differ = [(one, name) for one, name in rows if kind == "nobody" or matrix.differs(one)]
        same += [name for one, name in rows if (one, name) not in differ]
        if differ and kind != "nobody":
            wide = f'colspan="{len(heads)}" scope="rowgroup"'
            yield f'<tr class="group"><th {wide}>{heading}</th></tr>'
        for one, name in differ:
            yield f'<tr><th scope="row">{escape(name)}</th>'
            full = kind == "nobody"
            yield "".join(_numbers(one))
            yield "".join(_standing(matrix, standing, full) for standing in one.standings)
            yield "</tr>"
    yield "</tbody></table></div>"
    used = {one.how for outcome, _ in _rows(matrix) for one in outcome.standings}
    yield from _key((sign, said) for how, (sign, said) in HOW.items() if how in used)
    heard = [hears_short(one) for one, _ in _rows(matrix)]
    notes = [f"+? = {UNSTATED}"] if any("+?" in said for said in heard) else []
    notes += [f"* = {SOONER}"] if any("*" in said for said in heard) else []
    notes = ["- = none, or no later than with everybody there", *notes]
    yield f'<p class="quiet">{escape("; ".join(notes))}.</p>'
    if same:
        yield f"<p>Cases go the same way without: {escape(joined(same))}.</p>"


def _rows(matrix: Matrix) -> Iterator[tuple[Outcome, str]]:
    yield matrix.before, matrix.before.absence.title
    for shift, one in matrix.hours:
        if one.absence.roles:
            yield one, f"Off duty: {hours(shift.stretches)}"
    for one in shown(matrix):
        yield one, one.absence.title


def _standing(matrix: Matrix, one: Standing, full: bool) -> str:
    """A cell: who leads a case on, told once for all when everybody is there (`full`) and then
    only where it is not as it should be.
    """
    sign, meaning = HOW[one.how]
    word = one.hears.surely or one.hears.sooner
    roles = word.roles if one.how == "hears" and word is not None else one.movers
    names = [matrix.name("roles", role) for role in roles]
    said = joined([*names[:2], f"{len(names) - 2} more"] if len(names) > 3 else names)
    if one.how == "hears":
        said = f"{said} only hears"
    if one.how == "acts" and not full:
        said = ""
    elif one.only_if:
        said += f", only if {one.only_if}"
    return (
        f'<td class="cell {_CLASS[sign]}" title="{escape(meaning)}"><b>{sign}</b>'
        f"{escape(said)}</td>"
    )


def _numbers(one: Outcome) -> Iterator[str]:
    waits = one.absence.kind == "hours"  # what stops goes on when the offices open
    close = "" if waits else "yes" if one.can_close else "NO"
    late = "" if waits else hears_short(one)
    yield f'<td class="{"no" if close == "NO" else ""}">{close}</td>'
    yield f'<td class="late{" no" if late == "never" else ""}">{escape(late)}</td>'
    stops = one.stops if waits else (*one.stops, *one.not_reached)
    yield f'<td class="number">{len(stops) or "-"}</td>'
    yield f'<td class="number">{len(one.undone) or "-"}</td>'
    yield f'<td class="number">{"" if waits else len(one.untold) or "-"}</td>'


def _key(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield '<ul class="key">'
    for sign, said in pairs:
        yield f'<li><b class="{_CLASS[sign]}">{sign}</b>{escape(said)}</li>'
    yield "</ul>"


# -- ties -------------------------------------------------------------------------------------


def _ties(matrix: Matrix) -> Iterator[str]:
    if not matrix.ties:
        return
    yield "<h2>Ties that go with the persons who carry them</h2>"
    heads = ("Between", "Carried by", "What else joins them", "What goes over it", "Source")
    yield '<div class="wide"><table class="matrix"><thead><tr>'
    yield "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead><tbody>"
    for tie in matrix.ties:
        over = joined(matrix.names[one] for one in tie.carries) if tie.carries else ""
        left = '<td class="no">nothing</td>' if tie.only else "<td>another tie, or a meeting</td>"
        yield (
            f'<tr><th scope="row">{escape(ends(matrix, tie.between))}</th>'
            f"<td>{escape(persons(tie))}</td>{left}<td>{escape(over)}</td>"
            f"<td>{escape(tie.source)}</td></tr>"
        )
    yield "</tbody></table></div>"


# -- the week ---------------------------------------------------------------------------------


def _weeks(matrix: Matrix) -> Iterator[str]:
    used: dict[str, None] = {}
    for covers in grouped(matrix.covers):
        one = covers[0]
        signs = {*"".join((*one.week, one.closed_day))}
        names = escape(joined(f"“{cover.title}”" for cover in covers))
        if len(signs) == 1:
            yield f"<p>{names}: {SIGNS[signs.pop()]}, all week.</p>"
            continue
        used |= dict.fromkeys(sign for sign in SIGNS if sign in signs)
        yield f"<h3>{names}</h3>"
        yield from _week(one)
        known = _people(matrix, one.roles)
        let_in = f" A ladder can let in {_people(matrix, one.let_in)}." if one.let_in else ""
        yield f"<p>Waits for {known}.{let_in} {escape(at_worst(matrix, one.wait))}</p>"
    if used:
        yield from _key((sign, said) for sign, said in SIGNS.items() if sign in used)


def _people(matrix: Matrix, roles: Sequence[str]) -> str:
    return escape(joined((matrix.name("roles", role) for role in roles), "or"))


def _week(one: Cover) -> Iterator[str]:
    yield '<table class="week"><thead><tr><td></td>'
    yield "".join(f'<th scope="col" colspan="3">{hour:02}:00</th>' for hour in range(0, 24, 3))
    yield "</tr></thead><tbody>"
    for day, line in zip(DAYS, one.week, strict=True):
        yield f'<tr><th scope="row">{day}</th>{_signs(line)}</tr>'
    if one.closed_day:
        line = _signs(one.closed_day)
        yield f'<tr class="closed"><th scope="row">closed day</th>{line}</tr>'
    yield "</tbody></table>"


def _signs(line: str) -> str:
    return "".join(f'<td class="{_CLASS[sign]}">{sign}</td>' for sign in line)


# -- each absence -----------------------------------------------------------------------------


def _details(matrix: Matrix) -> Iterator[str]:
    for one, name in _rows(matrix):
        if one.absence.kind == "nobody":
            continue
        said = "no case can be closed" if not one.can_close else ""
        if one.absence.kind == "hours":
            said = f"{len(one.stops)} acts wait" if one.stops else ""
        elif not matrix.differs(one):
            said = "cases go the same way"
        title = named(one) if one.absence.kind != "hours" else name
        more = f' <span class="quiet">{escape(said)}</span>' if said else ""
        yield f"<details><summary>{escape(title)}{more}</summary>"
        for heading, below in outcome_in_words(matrix, one):
            if heading.endswith("."):
                yield f"<p>{escape(heading)}</p>"
            elif below:
                yield f"<h4>{escape(heading)}</h4>"
                yield from _list(below)
        yield "</details>"
