"""Proofs for people at a terminal: how many hold, and all about those that do not.

The excerpts are those of `check`. Imports its report, the words, the stories and the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks.catalogue import info
from protocolkit.checks.report_text import NARROWEST, Page, visible
from protocolkit.cli.case.telling import and_
from protocolkit.cli.verify import matrix_text
from protocolkit.cli.verify.judging import Judged
from protocolkit.cli.verify.stories import told
from protocolkit.cli.verify.wording import (
    LOOK_ON,
    WORST_FIRST,
    groups,
    told_in_one,
    total,
    what_to_do,
)
from protocolkit.ground.findings import Finding
from protocolkit.proofs import IN_WORDS, Result, Verdict
from protocolkit.proofs.milestones import CLOSING, OPENING
from protocolkit.proofs.stories import Story
from protocolkit.proofs.timing import Timing

WIDTH = 80

_COLOURS: dict[Verdict, str] = {
    "violated": "error",
    "not proved": "warning",
    "vacuous": "advice",
    "proved": "frame",
}
_ENDS = {OPENING: "the opening", CLOSING: "the closing"}
_INDENT = "  "
_CASE = "a case that shows it"


def render(judged: Judged, *, color: bool = False, width: int = WIDTH) -> str:
    """All about one protocol.

    Units: `width` in columns of the terminal.
    """
    page = Page(judged.reading.texts, color, max(width, NARROWEST))
    _absent(page, judged)
    _summary(page, judged)
    seen: set[str] = set()
    for result in _worst_first(judged):
        if result.verdict in ("violated", "vacuous"):
            _detail(page, judged, result, first=result.code not in seen)
            seen.add(result.code)
    _undecided(page, judged)
    _times(page, judged)
    _assumptions(page, judged)
    if not judged.absent:
        page.lines.append(matrix_text.short(judged.matrix, width=page.width).rstrip("\n"))
    return "\n".join(page.lines).rstrip("\n") + "\n"


def _absent(page: Page, judged: Judged) -> None:
    """What still works and what stops without the roles that nobody holds."""
    for role in judged.absent:
        outcome = judged.matrix.of(role)
        if outcome is not None:
            page.lines.append(matrix_text.without(judged.matrix, outcome, width=page.width))


def _summary(page: Page, judged: Judged) -> None:
    """How many hold, and a line for each kind of question."""
    nobody = ""
    if judged.absent:
        names = and_(judged.protocol.roles[role].name for role in judged.absent)
        nobody = f", with nobody as {names}"
    answers = judged.proof.results
    page.lines += page.wrapped(
        visible(f"{judged.file}{nobody}: {total(answers)}."),
        _INDENT,
    )
    told_lines = [told_in_one(*group) for group in groups(answers).items()]
    wide = max(len(IN_WORDS[verdict]) for verdict, _ in told_lines)
    for verdict, text in told_lines:
        word = f"{IN_WORDS[verdict]:<{wide}}"
        start, *more = page.wrapped(
            f"{_INDENT}{word}  {visible(text)}", " " * (len(_INDENT) + wide + 2)
        )
        lead = len(_INDENT) + wide
        page.lines.append(page.paint(start[:lead], _COLOURS[verdict]) + start[lead:])
        page.lines += more
    page.lines.append("")


def _detail(page: Page, judged: Judged, result: Result, *, first: bool) -> None:
    """All about one answer that is not yes."""
    same = _same_story(judged, result)
    place = judged.place_of(result)
    if same is not None and judged.place_of(same) == place:
        place = None  # it stands above
    code = f"[{result.code}]" if result.code else ""
    head = f"{IN_WORDS[result.verdict]}{code}"
    page.headline(head, _COLOURS[result.verdict], f"{_called(result)}: {result.title}")
    gutter = page.excerpts(
        Finding(code=result.code, name="", severity="error", message="", place=place)
    )
    if same is not None:
        page.note(gutter, _CASE, f"the same as above, of {_called(same)}")
    elif result.story is not None:
        _story(page, judged, result.story, gutter)
    for label, text in _notes(result, first=first):
        page.note(gutter, label, text)
    page.lines.append("")


def _undecided(page: Page, judged: Judged) -> None:
    """What could not be decided: a line each, under what kept the search from deciding."""
    by_why: dict[str, list[Result]] = {}
    for result in judged.proof.undecided:
        by_why.setdefault(result.why, []).append(result)
    for why, results in by_why.items():
        page.headline(f"{IN_WORDS['not proved']}:", _COLOURS["not proved"], why)
        for result in results:
            code = f"[{result.code}] " if result.code else ""
            place = judged.place_of(result)
            where = f" ({place.file}:{place.start.line})" if place is not None else ""
            said = f"{code}{_called(result)}: {result.title}{where}"
            page.lines += page.wrapped(f"{_INDENT}{visible(said)}", _INDENT * 3)
        page.note(2, "what to do", LOOK_ON)
        page.lines.append("")


def _same_story(judged: Judged, result: Result) -> Result | None:
    """What was told before by the same case."""
    if result.story is None:
        return None
    steps = result.story.steps
    first = next(one for one in _worst_first(judged) if one.story and one.story.steps == steps)
    return None if first is result else first


def _story(page: Page, judged: Judged, story: Story, gutter: int) -> None:
    """The case in which it goes so."""
    page.note(gutter, _CASE, "")
    width = max(page.width - gutter - 5, NARROWEST)
    for line in told(story.replace(end=""), judged.protocol, judged.reading.places, width=width):
        page.lines.append(f"{' ' * (gutter + 5)}{visible(line)}")


def _called(result: Result) -> str:
    return f"{result.question} `{result.about}`" if result.about else result.question


def _worst_first(judged: Judged) -> list[Result]:
    return sorted(judged.proof.results, key=lambda one: WORST_FIRST.index(one.verdict))


def _notes(result: Result, *, first: bool) -> Iterator[tuple[str, str]]:
    """What stands below the story, in order: a label and a text."""
    if result.why:
        yield "why", result.why
    if result.covered:
        yield "looked at", result.covered
    yield "what to do", what_to_do(result)
    sheet = info(result.code) if first else None
    if sheet is not None:
        more = f"(`protocolkit explain {sheet.code}`)"
        yield "why it matters", f"{' '.join(sheet.why.split())} {more}"
    if result.source:
        yield "source", result.source


def _times(page: Page, judged: Judged) -> None:
    """How long it takes from one thing to another; what takes equally long is told together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in judged.times:
        alike.setdefault((one.from_, one.in_words), []).append(_ENDS.get(one.to, f"`{one.to}`"))
    if alike:
        page.lines.append("How long it takes:")
    for (start, said), ends in alike.items():
        text = f"From {_ENDS.get(start, f'`{start}`')} to {and_(ends)}: {said}"
        page.lines += page.wrapped(f"{_INDENT}{visible(text)}", _INDENT * 3)
    if alike:
        page.lines.append("")


def _assumptions(page: Page, judged: Judged) -> None:
    """What all of it rests on, once."""
    answers: tuple[Result | Timing, ...] = (*judged.proof.results, *judged.times)
    taken = dict.fromkeys(one for answer in answers for one in answer.assumptions)
    if not taken:
        return
    page.lines.append("This takes for granted:")
    for one in taken:
        page.lines += page.wrapped(f"{_INDENT}- {visible(one)}", _INDENT * 2)
    page.lines.append("")
