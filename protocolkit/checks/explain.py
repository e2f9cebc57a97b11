"""The page of a check as text: for `protocolkit explain` and for the documentation.

Markdown that also reads well as it is. Imports the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.checks.catalogue import ALL, OFF, PROOFS
from protocolkit.checks.suppressions import can_be_accepted
from protocolkit.ground.findings import CheckInfo

_CERTAINTY = {
    "exact": "exact for what the file declares",
    "heuristic": "a rule of thumb",
    "bounded": "true as far as is searched",
}


def page(info: CheckInfo) -> str:
    """What is found, why it matters, a wrong and a right example, how it is decided."""
    kind = f"{info.severity.capitalize()}, {_CERTAINTY[info.confidence]}"
    if info in PROOFS:
        kind += ", found by `protocolkit verify`"
    if info.code in OFF:
        kind += ", off unless asked for"
    parts = [f"# {info.code} {info.name}", f"{kind}.", info.summary, "## Why it matters", info.why]
    if info.wrong:
        parts += ["## Wrong", _yaml(info.wrong), "## Right", _yaml(info.right)]
    parts += ["## How it is decided", info.how, "## Source", f"{info.source}."]
    parts += ["## If it is meant to be so", _accept(info)]
    return "\n\n".join(parts) + "\n"


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```"


def _accept(info: CheckInfo) -> str:
    if info in PROOFS:
        return "Then it is good to know: a proof tells what the rules allow, and nothing hides it."
    if not can_be_accepted(info.code):
        return "This cannot be accepted with a comment: the file would not be clear."
    return (
        "Say so on the line that is pointed at, with the reason:\n\n"
        f"```yaml\n# protocolkit: ignore[{info.code}] why this is right here\n```"
    )


def pages() -> Mapping[str, str]:
    """The pages of the documentation by file name, the list of all pages first."""
    found = {"README.md": _list()}
    found.update((f"{info.code}-{info.name}.md", page(info)) for info in ALL)
    return found


def _list() -> str:
    rows = "\n".join(
        f"| [{info.code}]({info.code}-{info.name}.md) | {info.name} | {info.severity} "
        f"| {'verify' if info in PROOFS else 'check'} | {info.summary} |"
        for info in ALL
    )
    return (
        "# Checks\n\n"
        "What `protocolkit check` and `protocolkit verify` report. `protocolkit explain PK202`\n"
        "shows the same pages in a terminal. These files are written by\n"
        "`tools/check-pages docs/checks`.\n\n"
        f"| code | name | severity | found by | what it says |\n|---|---|---|---|---|\n{rows}\n"
    )
