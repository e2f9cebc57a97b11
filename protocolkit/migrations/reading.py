"""From the file of a plan to the plan: parse, read by the table, find the texts that it names.

Never raises on bad content. Imports the language's tree, what scenario files are read with, and
the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from protocolkit.ground.findings import Finding, Place, Position, in_order
from protocolkit.ground.findings import Path as ModelPath
from protocolkit.ground.record import Record
from protocolkit.language.text import MAX_FINDINGS, parse, read_bytes
from protocolkit.language.tree import Entry, Map, Tree
from protocolkit.migrations.vocabulary import INNER, KEYS, NAMED, VERSION
from protocolkit.scenarios.nodes import Nodes
from protocolkit.semantics.deciding.reasons import free_text
from protocolkit.semantics.migration.plan import KEEP, POLICIES, SECTIONS, Plan

SHORTEST = 12
"""How many signs of a digest name a text at least."""


class Text(Record):
    """A text that a plan may name: its digest, the protocol and the version that it states."""

    digest: str
    protocol: str
    version: str = ""


_NOWHERE: Mapping[ModelPath, Place] = {}


class PlanFile(Record):
    """What a file says: a plan, unless something is wrong with it; and where each part stands."""

    file: str
    findings: tuple[Finding, ...] = ()
    plan: Plan | None = None
    places: Mapping[ModelPath, Place] = _NOWHERE

    def placed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """What is wrong between the plan and its texts, each with its place in this file."""
        found = [one.replace(place=self._place(one.path)) for one in findings]
        return tuple(in_order(found)[:MAX_FINDINGS])

    def _place(self, path: ModelPath) -> Place:
        return self.places.get(path) or self.places.get(path[:1]) or _start(self.file)


def read_file(path: str | Path, texts: Sequence[Text]) -> PlanFile:
    """Read a plan; `texts` are those that it may name.

    Raises: OSError: the file cannot be opened. Whatever its bytes are, they give findings.
    """
    return read_text(read_bytes(path), texts, str(path))


def read_text(text: str | bytes, texts: Sequence[Text], file: str = "<text>") -> PlanFile:
    """Read a plan from a text."""
    tree, _, findings = parse(text, file)
    reader = _Reader(file, findings, texts)
    plan = None if tree is None and findings else reader.plan(tree)
    return PlanFile(
        file=file,
        findings=tuple(in_order(findings)[:MAX_FINDINGS]),
        plan=None if findings else plan,
        places=reader.places,
    )


class _Reader(Nodes):
    def __init__(self, file: str, findings: list[Finding], texts: Sequence[Text]) -> None:
        super().__init__(findings)
        self.start = _start(file)
        self.candidates = texts
        self.places: dict[ModelPath, Place] = {}
        self.inner: dict[str, dict[str, dict[str, str]]] = {section: {} for section in INNER}

    def plan(self, tree: Tree | None) -> Plan | None:
        """The plan, as far as it can be read."""
        if not isinstance(tree, Map):
            help = f'start with `{NAMED}: "{VERSION}"`'
            self.report("PK006", "A plan is a map: `key: value` lines.", self.start, help)
            return None
        given = self.entries(tree, "a plan of migration", KEYS)
        self.places = {(name,): entry.key.place for name, entry in given.items()}
        for key in KEYS:
            if key.required and key.name not in given:
                help = f"add `{key.name}: {key.example}`: {key.doc}"
                self.report("PK005", f"`{key.name}` is missing in the plan.", self.start, help)
        if NAMED in given:
            self._version(given[NAMED])
        reason = self._code(given, "reason")
        approved_by = self._code(given, "approved_by")
        from_, to = self._named(given, "from"), self._named(given, "to")
        if from_ and from_ == to:
            said = "`from` and `to` are the same text."
            self.report("PK006", said, given["to"].value.place, "name the text to go on under")
        names = {
            section: self._section(section, given[section].value)
            for section in SECTIONS
            if section in given
        }
        timers, timers_of = self._timers(given["timers"].value) if "timers" in given else (KEEP, {})
        return Plan(
            from_=from_,
            to=to,
            reason=reason,
            approved_by=approved_by,
            names=names,
            values=self.inner["facts"],
            levels=self.inner["escalations"],
            timers=timers,
            timers_of=timers_of,
        )

    def _version(self, entry: Entry) -> None:
        version = self.text(entry.value, "the version of the form")
        if version is not None and version != VERSION:
            said = f"This is version {version} of the form; this release reads version {VERSION}."
            self.report("PK006", said, entry.value.place)

    def _code(self, given: Mapping[str, Entry], key: str) -> str:
        """A code or an opaque id."""
        entry = given.get(key)
        text = self.text(entry.value, f"`{key}`") if entry else None
        if text is None or entry is None:
            return ""
        for reason in free_text(key, text):
            self.report("PK006", reason.message, entry.value.place, reason.help)
        return text

    def _named(self, given: Mapping[str, Entry], key: str) -> str:
        """The digest of the text that is named."""
        entry = given.get(key)
        name = self.text(entry.value, f"`{key}`") if entry else None
        if name is None or entry is None:
            return ""
        by_digest = len(name) >= SHORTEST and not set(name) - set("0123456789abcdef")
        found = [one for one in self.candidates if by_digest and one.digest.startswith(name)]
        found = found or [one for one in self.candidates if name == one.version]
        if len(found) == 1:
            return found[0].digest
        shown = ", ".join(
            f"`{one.digest[:SHORTEST]}` ({one.protocol}, version {one.version or 'not stated'})"
            for one in found or self.candidates
        )
        if found:
            said, help = f"Several texts are called `{name}`.", f"write one of {shown}"
        else:
            said = f"No text that is known here is called `{name}`."
            help = f"known are {shown}; give the file of another one with `--protocol`"
        self.report("PK101", said, entry.value.place, help)
        return ""

    def _section(self, section: str, node: Tree) -> dict[str, str]:
        word = SECTIONS[section]
        found: dict[str, str] = {}
        for name, entry in self.named(node, f"`{section}`"):
            self.places[section, name] = entry.key.place
            if isinstance(entry.value, Map) and section in INNER:
                to = self._inner(section, name, entry.value)
            else:
                to = self.text(entry.value, f"the new name of the {word} `{name}`")
            if to is not None:
                found[name] = to
        return found

    def _inner(self, section: str, name: str, node: Map) -> str | None:
        """A name that goes on with values or levels of its own."""
        key, _ = INNER[section]
        given = self.entries(node, f"`{name}`", ("to", key))
        if key in given:
            pairs = self.named(given[key].value, f"`{key}`")
            found = {
                old: new
                for old, entry in pairs
                if (new := self.text(entry.value, f"what becomes of `{old}`")) is not None
            }
            self.inner[section][name] = found
        return self.text(given["to"].value, "the new name") if "to" in given else name

    def _timers(self, node: Tree) -> tuple[str, dict[str, str]]:
        if not isinstance(node, Map):
            return self.name(node, "policy", POLICIES) or KEEP, {}
        found: dict[str, str] = {}
        for name, entry in node.entries.items():
            self.places["timers", name] = entry.key.place
            policy = self.name(entry.value, "policy", POLICIES)
            if policy is not None:
                found[name] = policy
        return KEEP, found


def _start(file: str) -> Place:
    return Place(file=file, start=Position(line=1, column=1), end=Position(line=1, column=2))
