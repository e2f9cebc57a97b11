"""The page of a check as text: for `protocolkit explain` and for the documentation.

Markdown that also reads well as it is. Imports the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.checks.catalogue import (
    ALL,
    OF_ROSTER,
    OFF,
    ONLY_PROVED,
    PRACTICE,
    PROFILES,
    PROOFS,
    profile_of,
)
from protocolkit.checks.suppressions import can_be_accepted
from protocolkit.ground.findings import CheckInfo

_CERTAINTY = {
    "exact": "exact for what the file declares",
    "heuristic": "a rule of thumb",
    "bounded": "true as far as is searched",
}
_CERTAIN = {"exact": "exact", "heuristic": "rule of thumb", "bounded": "as far as searched"}


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
    if info.code not in ONLY_PROVED:
        parts += ["## Settings", _settings(info)]
    return "\n\n".join(parts) + "\n"


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```"


def _accept(info: CheckInfo) -> str:
    if info.code in ONLY_PROVED:
        return "Then it is good to know: a proof tells what the rules allow, and nothing hides it."
    if not can_be_accepted(info.code):
        return "This cannot be accepted with a comment: the file would not be clear."
    says = (
        "Say so on the line that is pointed at, with the reason:\n\n"
        f"```yaml\n# protocolkit: ignore[{info.code}] why this is right here\n```"
    )
    if info.code.startswith(PRACTICE):
        says += (
            "\n\nOr, if it does not fit your county at all, in the element or at the top of the "
            "file:\n\n"
            f"```yaml\nnot_applicable: {{{info.code}: why it does not fit here}}\n```"
        )
    return says


def _settings(info: CheckInfo) -> str:
    """When it runs, what mends it, and what can be chosen."""
    first = PROFILES.index(profile_of(info))
    kept = [f"`{name}`" for name in PROFILES[first:]]
    named = f"{', '.join(kept[:-1])} and {kept[-1]}" if len(kept) > 1 else kept[0]
    says = [
        "Runs in every profile"
        if not first
        else f"Runs in the profile{'s' * (len(kept) > 1)} {named}"
    ]
    says[0] += ", when a roster is given." if info.code in OF_ROSTER else "."
    if info.fix == "safe":
        says.append("`protocolkit check --fix` mends it where what is meant is certain.")
    elif info.fix == "unsafe":
        says.append(
            "`protocolkit check --fix --unsafe` mends it where only one thing can be meant."
        )
    if info.threshold is not None:
        says.append(
            f"Its number is {info.threshold} ({info.threshold_is}). For another one, write "
            f"`{info.code} = ` and the number under `[thresholds]` in `protocolkit.toml`."
        )
    return "\n".join(says)


def pages() -> Mapping[str, str]:
    """The pages of the documentation by file name, the list of all pages first."""
    found = {"README.md": _list()}
    found.update((f"{info.code}-{info.name}.md", page(info)) for info in ALL)
    return found


def _list() -> str:
    rows = "\n".join(
        f"| [{info.code}]({info.code}-{info.name}.md) | {info.name} | {info.severity} "
        f"| {_CERTAIN[info.confidence]} | {_runs(info)} | {info.fix or ''} | {info.summary} |"
        for info in ALL
    )
    return (
        "# Checks\n\n"
        "What `protocolkit check` and `protocolkit verify` report. `protocolkit explain PK202`\n"
        "shows the same pages in a terminal. How to choose among them, to accept a finding with a\n"
        "reason, and to have it mended: [Settings](../settings.md).\n\n"
        "*Exact*: it follows from the file alone. *From* is the first profile in which a check\n"
        "runs (`minimal`, `standard`, `paper`, `strict`; each holds the ones before). *Fix*: what\n"
        "`check --fix` mends by itself (`safe`), or with `--unsafe`.\n\n"
        "These files are written by `tools/check-pages docs/checks`.\n\n"
        "| code | name | severity | exact | from | fix | what it says |\n"
        f"|---|---|---|---|---|---|---|\n{rows}\n"
    )


def _runs(info: CheckInfo) -> str:
    """By which command it is found, or from which profile on."""
    return "`verify`" if info.code in ONLY_PROVED else profile_of(info)
