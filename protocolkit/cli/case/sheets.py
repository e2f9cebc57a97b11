"""Sheets of paper to work from when the computer is down: a list in front, one for each case.

A page that stands alone: no scripts, nothing from the network, black on white. No facts stand
on it and nobody's name, only what must go on: who owes what to whom until when. Imports the
words of `case` and the fonts of figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, and_
from protocolkit.cli.times import Times
from protocolkit.diagrams.style import WEB_FONTS
from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.answers import Able, Coming, Owed, Page, Standing
from protocolkit.store.base import Head

_STYLE = f"""
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 1rem; max-width: 56rem; background: #fff; color: #000;
  font: 14px/1.35 {WEB_FONTS}; }}
h1 {{ font-size: 1.5rem; line-height: 1.2; margin: .2rem 0 .3rem; }}
h2 {{ font-size: 1rem; margin: .8rem 0 .25rem; break-after: avoid; }}
p {{ margin: .3rem 0; }}
ol, ul {{ margin: .3rem 0; padding-left: 1.3rem; }}
code {{ font-size: .92em; overflow-wrap: anywhere; }}
table {{ width: 100%; border-collapse: collapse; }}
.grid th, .grid td {{ border: 1px solid #000; padding: .2rem .4rem; text-align: left;
  vertical-align: top; }}
.grid th {{ font-size: .82rem; border-bottom-width: 2px; }}
.grid tr {{ break-inside: avoid; }}
.grid td.id {{ white-space: nowrap; font-weight: bold; }}
.hand td {{ height: 1.9rem; }}
.late {{ font-weight: bold; text-decoration: underline; }}
.small {{ font-size: .85rem; }}
.head {{ display: flex; justify-content: space-between; gap: 1rem; font-size: .82rem;
  border-bottom: 2px solid #000; padding-bottom: .15rem; margin-bottom: .3rem; }}
.note {{ border: 2px solid #000; padding: .4rem .7rem; margin: .6rem 0; }}
.sheet > thead {{ display: table-header-group; }}
.sheet > * > tr > td {{ padding: 0 1px; }}
.sheet {{ margin-top: 3rem; }}
@page {{ margin: 13mm; }}
@media print {{ body {{ max-width: none; padding: 0 1px; font-size: 9.5pt; }}
  .sheet {{ margin-top: 0; break-before: page; }} }}
"""

_AHEAD = 8
"""How many things to come stand on a sheet."""
_LINES = 6
"""How many lines for writing by hand."""
_LATER = "when the computer is back"


class _Sheet(Record):
    """What is asked of one case, all as of the same instant."""

    case: str
    protocol: Protocol
    telling: Telling
    standing: Standing
    owed: tuple[Owed, ...]
    coming: Page[Coming]
    can: tuple[tuple[str, str], ...]

    @property
    def times(self) -> Times:
        """Times in the zone of the case."""
        return self.telling.times

    @property
    def next_at(self) -> datetime | None:
        """The instant that somebody must have in mind first; it may have passed."""
        due = [one.due for one in self.owed if one.due is not None]
        return min([*due, *(one.at for one in self.coming[:1])], default=None)


def page(desk: Desk, heads: Iterable[Head]) -> str:
    """The whole page, for cases that time has come to."""
    found: list[_Sheet] = []
    lost: dict[str, str] = {}
    for head in heads:
        lost[head.case] = "it cannot be read"
        with desk.setting_aside(head.case):
            if desk.engine.loaded(head.digest):
                found.append(_sheet_of(desk, head))
                del lost[head.case]
            else:
                lost[head.case] = "this store does not have the text of its protocol"
    found.sort(
        key=lambda one: (one.next_at is None, one.next_at or one.standing.opened_at, one.case)
    )
    now = desk.engine.clock.now()
    parts = [*_cover(found, lost, now)]
    for number, sheet in enumerate(found, 1):
        parts += _sheet(sheet, f"Sheet {number} of {len(found)}", now)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>Open cases on paper</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _sheet_of(desk: Desk, head: Head) -> _Sheet:
    engine = desk.engine
    protocol = engine.protocol_of(head.case)
    can = engine.who_can(head.case)
    return _Sheet(
        case=head.case,
        protocol=protocol,
        telling=Telling(desk, protocol, Times(protocol.timezone)),
        standing=engine.case(head.case),
        owed=tuple(engine.todo(head.case)),
        coming=engine.pending(head.case, limit=_AHEAD),
        can=tuple(
            (_named(name, protocol.triggers[name].name), _names(who)) for name, who in can.items()
        ),
    )


def _named(name: str, title: str) -> str:
    """By the name that a command wants, and what it is."""
    return name if title.lower() == name.replace("_", " ") else f"{name}: {title}"


def _names(who: Sequence[Able]) -> str:
    return and_([f"{one.title} ({one.person})" if one.person else one.title for one in who], "or")


# -- the list in front -------------------------------------------------------------------


def _cover(found: Sequence[_Sheet], lost: Mapping[str, str], now: datetime) -> Iterator[str]:
    zones = {sheet.protocol.timezone for sheet in found}
    as_of = Times(zones.pop() if len(zones) == 1 else "UTC").show(now)
    count = f"{len(found)} open case{'' if len(found) == 1 else 's'}"
    yield f"<h1>Work on paper: {count}</h1>"
    yield (
        f"<p>As of <b>{escape(as_of)}</b>. What happened later is not here. Internal: keep and "
        "destroy these sheets as you do case files.</p>"
    )
    yield (
        '<div class="note"><ol>'
        "<li>Go on by the sheets. The limits run on while the computer is down.</li>"
        "<li>Write down each step when it is done, on the sheet of its case: day, time, what, who "
        "in which role, initials.</li>"
        f"<li>{_LATER.capitalize()}: enter every line, the oldest first, each with its own time, "
        'as in <code>protocolkit case do CASE ACT --as PERSON --role ROLE --at "2025-03-04 22:34"'
        "</code>; what was owed, unless an act does it, as in <code>protocolkit case complete CASE "
        "NAME ...</code>.</li></ol></div>"
    )
    for case, why in lost.items():
        yield f"<p><b>{escape(case)}</b> is open too. There is no sheet for it, since {why}.</p>"
    if not found:
        return
    yield '<table class="grid"><thead><tr><th>Sheet</th><th>Case</th><th>Next</th><th>What</th>'
    yield "<th>Who</th><th>Stands at</th></tr></thead><tbody>"
    for number, sheet in enumerate(found, 1):
        when, what, who = _first(sheet)
        yield (
            f'<tr><td>{number}</td><td class="id">{escape(sheet.case)}</td><td>{when}</td>'
            f"<td>{escape(what)}</td><td>{escape(who)}</td><td>{escape(_stands(sheet))}</td></tr>"
        )
    yield "</tbody></table>"


def _first(sheet: _Sheet) -> tuple[str, str, str]:
    """What comes first in a case: when (as HTML), what, and who must act."""
    first = sheet.next_at
    if first is None:
        for one in sheet.owed[:1]:
            return "no date", one.title, _who(one)
        return "no date", "nothing is owed", ""
    for one in sheet.owed:
        if one.due == first:
            return _until(sheet, one), one.title, _who(one)
    return escape(sheet.times.until(first)), sheet.coming[0].text, ""


# -- a case ------------------------------------------------------------------------------


def _sheet(sheet: _Sheet, number: str, now: datetime) -> Iterator[str]:
    """One case; its id stands on every page that it takes."""
    protocol = sheet.protocol
    version = (
        f", version {sheet.standing.protocol_version}" if sheet.standing.protocol_version else ""
    )
    yield (
        '<table class="sheet"><thead><tr><td><div class="head">'
        f"<span><b>Case {escape(sheet.case)}</b></span>"
        f"<span>As of {escape(sheet.times.show(now))}</span><span>{number}</span>"
        "</div></td></tr></thead><tbody><tr><td>"
    )
    yield f"<h1>Case {escape(sheet.case)}</h1>"
    yield f"<p>{escape(protocol.id)}{escape(version)}, {escape(protocol.jurisdiction)}</p>"
    yield f"<p>Stands at: <b>{escape(_stands(sheet))}</b></p>"
    yield from _owed(sheet)
    yield from _waiting(sheet)
    yield from _listed("Meetings that are set", _meetings(sheet))
    yield from _listed("If nobody acts", _coming(sheet))
    yield from _can(sheet)
    yield from _by_hand()
    yield "</td></tr></tbody></table>"


def _stands(sheet: _Sheet) -> str:
    return sheet.telling.states(sheet.standing) if sheet.standing.states else "the programme"


def _owed(sheet: _Sheet) -> Iterator[str]:
    yield "<h2>Owed, what is due first on top</h2>"
    if not sheet.owed:
        yield "<p>Nothing is owed now.</p>"
        return
    yield '<table class="grid"><thead><tr><th style="width:21%">Until</th><th>What</th>'
    yield '<th style="width:24%">Who owes it</th><th style="width:15%">To whom</th>'
    yield '<th style="width:15%">Done: day, time, initials</th></tr></thead><tbody>'
    for one in sheet.owed:
        yield f"<tr><td>{_until(sheet, one)}</td><td>{_what(sheet, one)}</td>"
        yield f"<td>{escape(_who(one))}</td>"
        to = sheet.telling.role(one.owed_to) if one.owed_to else ""
        yield f"<td>{escape(to)}</td><td></td></tr>"
    yield "</tbody></table>"


def _until(sheet: _Sheet, one: Owed) -> str:
    text = escape(sheet.telling.when(one))
    return f'<span class="late">{text}</span>' if one.status == "overdue" else text


def _what(sheet: _Sheet, one: Owed) -> str:
    missing = f"Still missing: {and_(map(sheet.telling.role, one.missing))}."
    more = [missing] if one.missing and (one.done or len(one.missing) > 1) else []
    # What will come at a known instant stands below, with that instant.
    dated = tuple(coming.text for coming in sheet.coming)
    otherwise = [text for text in one.otherwise if not any(x.endswith(text) for x in dated)]
    more += [f"If not: {'; '.join(otherwise)}."] if otherwise else []
    if one.done_by:
        more.append(f"Done by {and_(one.done_by, 'or')}.")
    small = f'<div class="small">{escape(" ".join(more)).replace("`", "")}</div>' if more else ""
    return f"<b>{escape(_named(one.follow_up, one.title))}</b>{small}"


def _who(one: Owed) -> str:
    weight = "" if one.strength == "must" else f" ({one.strength})"
    person = f" ({', '.join(one.persons)})" if one.persons else ""
    return f"{one.who}{person}{weight}{' (nobody is named yet)' if one.vacant else ''}"


def _waiting(sheet: _Sheet) -> Iterator[str]:
    for one in sheet.standing.undecided:
        who = and_(map(sheet.telling.role, one.supplied_by), "or") or "nobody"
        yield (
            f"<p>May be owed too: <b>{escape(one.title)}</b>. Unknown: {escape(and_(one.needs))}. "
            f"Who can find out: {escape(who)}.</p>"
        )


def _meetings(sheet: _Sheet) -> Iterator[str]:
    for meeting in sheet.standing.meetings:
        if meeting.status in ("set", "adjourned"):
            title = sheet.protocol.meetings[meeting.name].name
            said = "" if meeting.status == "set" else " (adjourned, no new day yet)"
            yield f"<b>{escape(sheet.times.show(meeting.planned_at))}</b>: {escape(title)}{said}"


def _coming(sheet: _Sheet) -> Iterator[str]:
    for one in sheet.coming:
        yield f"<b>{escape(sheet.times.until(one.at))}</b>: {escape(one.text)}"
    if sheet.coming.next:
        yield "and more after that"


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    found = [f"<li>{item}</li>" for item in items]
    if found:
        yield f"<h2>{title}</h2><ul>{''.join(found)}</ul>"


def _can(sheet: _Sheet) -> Iterator[str]:
    if not sheet.can:
        return
    yield '<h2>May be done now</h2><table class="grid"><thead><tr><th>What</th><th>By whom</th>'
    yield "</tr></thead><tbody>"
    for act, who in sheet.can:
        yield f"<tr><td>{escape(act)}</td><td>{escape(who)}</td></tr>"
    yield "</tbody></table>"


def _by_hand() -> Iterator[str]:
    yield "<h2>Written by hand</h2>"
    yield (
        f'<p class="small">{_LATER.capitalize()}, enter each line with <code>--at</code> and the '
        "day and time written here, the oldest first.</p>"
    )
    yield '<table class="grid hand"><thead><tr><th style="width:18%">Day, time</th>'
    yield '<th>What was done, and by whom in which role</th><th style="width:10%">Initials</th>'
    yield '<th style="width:10%">Entered</th></tr></thead><tbody>'
    yield "<tr><td></td><td></td><td></td><td></td></tr>" * _LINES
    yield "</tbody></table>"
