"""Which checks run, how grave what they find is, and the numbers that they compare with.

A profile is a set of checks; wishes change it check by check. What a file of settings looks like
is `config`'s business. Imports the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocolkit.checks.catalogue import ALL, CHECKS, OFF, ONLY_PROVED, Profile, off_in
from protocolkit.ground.findings import CheckInfo, Severity
from protocolkit.ground.record import EMPTY, Record

JUDGED: tuple[CheckInfo, ...] = tuple(page for page in ALL if page.code not in ONLY_PROVED)
"""The pages of what `check` can find; what `verify` finds cannot be left out."""

NUMBERS: Mapping[str, int] = {
    page.code: page.threshold
    for page in (check.info for check in CHECKS)
    if page.threshold is not None
}
"""The numbers that checks compare with unless somebody chose others, by code."""


class Wishes(Record):
    """What somebody wants other than it is: a profile; checks to run and to leave out;
    severities; numbers. A check is named by its code, by how its code begins, or by its name.
    """

    profile: Profile | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = EMPTY
    thresholds: Mapping[str, int] = EMPTY


class Settings(Record):
    """What holds for one file.

    `fails_on` is the mildest finding that makes the answer no; `by` names the file that says so.
    """

    profile: Profile = "standard"
    off: frozenset[str] = OFF
    severities: Mapping[str, Severity] = EMPTY
    thresholds: Mapping[str, int] = EMPTY
    fails_on: Severity = "error"
    by: str = ""

    @property
    def said(self) -> str:
        """What holds, in words; empty when it is what always holds."""
        usual = off_in(self.profile)
        parts = [
            ("also", sorted(usual - self.off)),
            ("without", sorted(self.off - usual)),
            ("other severity for", sorted(self.severities)),
            ("other number for", sorted(self.thresholds)),
        ]
        changes = [f"{what} {', '.join(codes)}" for what, codes in parts if codes]
        if not changes and self.profile == "standard":
            return ""
        by = f" ({self.by})" if self.by else ""
        return "; ".join([f"profile {self.profile}{by}", *changes])


STANDARD = Settings()
"""What holds where nobody said otherwise."""


def named(word: str) -> list[CheckInfo]:
    """The pages that a word names: a code, the beginning of codes, or a name; none if it names
    nothing that `check` finds.
    """
    return [page for page in JUDGED if _names(word, page)]


def _names(word: str, page: CheckInfo) -> bool:
    return page.code.startswith(word) if word.startswith("PK") else page.name == word


def settings(layers: Iterable[Wishes], profile: Profile | None = None, by: str = "") -> Settings:
    """What holds when wishes come one after the other, later ones above earlier ones; a
    `profile` that is given here is above all of them.

    Among the wishes of one layer the one that names a check most exactly counts; of two that are
    equally exact, the one that leaves it out.
    """
    layers = list(layers)
    profiles = [layer.profile for layer in layers if layer.profile is not None]
    chosen: Profile = profile or (profiles[-1] if profiles else "standard")
    off = set(off_in(chosen))
    severities: dict[str, Severity] = {}
    thresholds: dict[str, int] = {}
    for layer in layers:
        for page in JUDGED:
            wanted, left_out = _closest(page, layer.select), _closest(page, layer.ignore)
            if left_out and len(left_out) >= len(wanted):
                off.add(page.code)
            elif wanted:
                off.discard(page.code)
            if graver := _closest(page, layer.severity):
                severities[page.code] = layer.severity[graver]
            if page.code in NUMBERS and (number := _closest(page, layer.thresholds)):
                thresholds[page.code] = layer.thresholds[number]
    return Settings(
        profile=chosen,
        off=frozenset(off),
        severities=severities,
        thresholds=thresholds,
        fails_on="advice" if chosen == "strict" else "error",
        by=by,
    )


def _closest(page: CheckInfo, words: Iterable[str]) -> str:
    """The word that names a check most exactly; a name is as exact as a code."""
    fitting = [word for word in words if _names(word, page)]
    return max(fitting, key=lambda word: (not word.startswith("PK"), len(word)), default="")
