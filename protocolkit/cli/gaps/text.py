"""Open questions as text for the terminal, and as Markdown to write into. Imports the sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from protocolkit.cli.gaps.sheet import HOW_TO_ANSWER, Sheet, where


def text(sheets: Sequence[Sheet], width: int) -> str:
    """For the terminal."""
    return "\n\n".join("\n".join(_text(sheet, width)) for sheet in sheets)


def _text(sheet: Sheet, width: int) -> Iterator[str]:
    yield f"{sheet.title} ({sheet.jurisdiction}): {sheet.count}"
    for heading, under in sheet.by_kind().items():
        yield ""
        yield heading
        for number, gap in under:
            head = f"{number:3}. "
            yield from wrap(
                f"{gap.about}: {gap.question}",
                width,
                initial_indent=head,
                subsequent_indent=" " * len(head),
            )
            yield from wrap(
                f"{gap.says} ({where(gap)})",
                width,
                initial_indent=" " * len(head),
                subsequent_indent=" " * len(head),
                break_on_hyphens=False,
            )
    if sheet.left_open:
        yield ""
        yield "Left open on purpose"
        for gap in sheet.left_open:
            said = f"{gap.about}: {gap.question} Because: {gap.left_open} ({where(gap)})"
            yield from wrap(said, width, initial_indent="   - ", subsequent_indent="     ")
    if sheet.open:
        yield ""
        yield from wrap(HOW_TO_ANSWER, width)


def markdown(sheets: Sequence[Sheet]) -> str:
    """To write into before, in and after a meeting."""
    return "\n".join("\n".join(_markdown(sheet)) for sheet in sheets)


def _markdown(sheet: Sheet) -> Iterator[str]:
    yield f"# Open questions: {_plain(sheet.title)}"
    yield ""
    version = f", version {_plain(sheet.version)}" if sheet.version else ""
    yield f"{_plain(sheet.jurisdiction)}{version}. {sheet.count.capitalize()}."
    yield ""
    yield HOW_TO_ANSWER
    yield ""
    for heading, under in sheet.by_kind().items():
        yield f"## {heading}"
        yield ""
        for number, gap in under:
            yield f"### {number}. {_plain(gap.about)}: {_plain(gap.question)}"
            yield ""
            yield f"{_plain(gap.says)} ({_plain(where(gap))})"
            yield ""
            yield "- [ ] We agree:"
            yield "- [ ] Left open, because:"
            yield ""
    if sheet.left_open:
        yield "## Left open on purpose"
        yield ""
        for gap in sheet.left_open:
            said = f"{gap.about}: {gap.question} Because: {gap.left_open} ({where(gap)})"
            yield f"- {_plain(said)}"
        yield ""


def _plain(said: str) -> str:
    """A text of the file in Markdown: on one line, without marks of its own but for code."""
    said = " ".join(said.split())
    return "".join(f"\\{sign}" if sign in "\\*_<>[]#|" else sign for sign in said)
