"""The open questions of a protocol as a page that stands alone and is made for paper.

No scripts, nothing from the network, readable in grey. Imports the sheet and the fonts of
figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from protocolkit.checks.gaps import Gap
from protocolkit.cli.gaps.sheet import HOW_TO_ANSWER, Sheet, where
from protocolkit.diagrams.style import WEB_FONTS

_STYLE = f"""
:root {{ --ink: #1a1a1a; --quiet: #55595e; --line: #b9bdc2; --mark: #0b5c8a; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 0 1.2rem 3rem; max-width: 52rem; background: #ffffff;
  color: var(--ink); font: 15px/1.45 {WEB_FONTS}; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; margin: 1.6rem 0 .2rem; }}
h2 {{ font-size: 1.1rem; margin: 1.8rem 0 .5rem; padding-bottom: .2rem;
  border-bottom: 2px solid var(--mark); break-after: avoid; }}
p {{ margin: .35rem 0; }}
code {{ font-size: .92em; }}
.quiet {{ color: var(--quiet); font-size: .87rem; }}
.meeting {{ display: grid; grid-template-columns: auto 1fr auto 1fr; gap: .9rem .6rem;
  align-items: end; margin: 1rem 0 .4rem; }}
.meeting span {{ white-space: nowrap; }}
.meeting i, .answer i {{ border-bottom: 1px solid var(--line); height: 1.25rem; }}
ol {{ list-style: none; margin: 0; padding: 0; }}
.gap {{ display: grid; grid-template-columns: 2.2rem 1fr; padding: .55rem 0 .65rem;
  border-bottom: 1px solid var(--line); break-inside: avoid; }}
.gap > b {{ font-size: 1.05rem; color: var(--mark); }}
.gap h3 {{ font-size: 1rem; margin: 0; }}
.gap h3 span {{ font-weight: normal; }}
.answer {{ display: grid; grid-template-columns: auto 1fr; gap: .3rem .6rem; align-items: end;
  margin-top: .2rem; font-size: .9rem; }}
.answer .who {{ display: grid; grid-template-columns: 1fr auto 9rem; gap: .6rem;
  align-items: end; border: 0; height: auto; font-style: normal; }}
.box {{ display: inline-block; width: .85rem; height: .85rem; border: 1.5px solid var(--ink);
  margin-right: .4rem; vertical-align: -.1rem; }}
.left li {{ padding: .35rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }}
@page {{ size: A4; margin: 16mm 15mm 18mm; }}
@media print {{ body {{ max-width: none; padding: 0; font-size: 10.5pt; }}
  h1 {{ margin-top: 0; }} section + section {{ break-before: page; }} }}
"""


def page(sheets: Sequence[Sheet]) -> str:
    """The whole page; each protocol begins on paper of its own."""
    title = f"Open questions: {', '.join(sheet.title for sheet in sheets)}"
    parts = [line for sheet in sheets for line in _sheet(sheet)]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _sheet(sheet: Sheet) -> Iterator[str]:
    version = f", version {escape(sheet.version)}" if sheet.version else ""
    yield f"<section>\n<h1>Open questions: {escape(sheet.title)}</h1>"
    yield f"<p>{escape(sheet.jurisdiction)}{version}. {sheet.count.capitalize()}.</p>"
    yield f'<p class="quiet">{_said(HOW_TO_ANSWER)}</p>'
    if sheet.open:
        yield '<div class="meeting"><span>Meeting on</span><i></i><span>Led by</span><i></i></div>'
    for heading, gaps in sheet.by_kind().items():
        yield f"<h2>{escape(heading)}</h2>\n<ol>"
        for number, gap in gaps:
            yield from _gap(number, gap)
        yield "</ol>"
    if sheet.left_open:
        yield '<h2>Left open on purpose</h2>\n<ol class="left">'
        for gap in sheet.left_open:
            yield (
                f"<li><b>{escape(gap.about)}</b> {escape(gap.question)} "
                f"Because: {escape(gap.left_open)} "
                f'<span class="quiet">{escape(where(gap))}</span></li>'
            )
        yield "</ol>"
    yield "</section>"


def _gap(number: int, gap: Gap) -> Iterator[str]:
    yield f'<li class="gap"><b>{number}</b><div>'
    yield f"<h3>{escape(gap.about)} <span>{escape(gap.question)}</span></h3>"
    yield f'<p>{_said(gap.says)} <span class="quiet">{escape(where(gap))}</span></p>'
    yield '<div class="answer"><span><span class="box"></span>We agree</span><i></i>'
    yield "<span>Written in by</span>"
    yield '<span class="who"><i></i><span>until</span><i></i></span>'
    yield '<span><span class="box"></span>Left open, because</span><i></i></div></div></li>'


def _said(text: str) -> str:
    """A text with what stands in backticks set as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))
