"""From a scenario file to stories: parse, read the protocols it names, read every step.

Never raises on bad content. Imports the language, the other parts of this package, ground.
"""

from __future__ import annotations

from pathlib import Path

from protocolkit.ground.findings import Finding, Place, Position, in_order
from protocolkit.language import reading as language
from protocolkit.language.text import MAX_FINDINGS, parse, read_bytes
from protocolkit.language.tree import Entry, Map, Tree
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios.form import Scenario, ScenarioFile, Step
from protocolkit.scenarios.nodes import Nodes
from protocolkit.scenarios.steps import Steps
from protocolkit.scenarios.unread import Reads
from protocolkit.scenarios.vocabulary import FORMS

FILE = FORMS["file"]
SCENARIO = FORMS["scenario"]


def read_file(path: str | Path) -> ScenarioFile:
    """Read a scenario file.

    Raises: OSError: the file cannot be opened. Whatever its bytes are, they give findings.
    """
    path = Path(path)
    return read_text(read_bytes(path), str(path), path.parent)


def read_text(text: str | bytes, file: str = "<text>", folder: Path | None = None) -> ScenarioFile:
    """Read scenarios from a text; `folder` is where the protocol that it names is looked for."""
    tree, decoded, findings = parse(text, file)
    reader = _Reader(file, folder or Path(), findings, {file: decoded})
    scenarios = () if tree is None and findings else reader.scenarios(tree)
    return ScenarioFile(
        file=file,
        findings=tuple(in_order(findings)[:MAX_FINDINGS]),
        scenarios=scenarios,
        texts=reader.sources,
    )


class _Reader(Nodes):
    def __init__(
        self, file: str, folder: Path, findings: list[Finding], texts: dict[str, str]
    ) -> None:
        super().__init__(findings)
        self.start = Place(
            file=file, start=Position(line=1, column=1), end=Position(line=1, column=2)
        )
        self.folder = folder
        self.sources = texts
        self._protocols: dict[str, Protocol | None] = {}
        self._reads: dict[str, Reads] = {}

    def scenarios(self, tree: Tree | None) -> tuple[Scenario, ...]:
        """Every story that can be read."""
        if not isinstance(tree, Map):
            help = "start with `protocol: FILE` and `scenarios:`"
            self.report("PK006", "A scenario file is a map: `key: value` lines.", self.start, help)
            return ()
        given = self.entries(tree, "a scenario file", FILE.keys)
        stories = given.get("scenarios")
        named = list(self.named(stories.value, "`scenarios`")) if stories else []
        if not named:
            self.report(
                "PK005", "This file has no scenario.", self.start, "add one under `scenarios:`"
            )
        found = [self._scenario(name, entry, given.get("protocol")) for name, entry in named]
        return tuple(scenario for scenario in found if scenario is not None)

    def _scenario(self, name: str, entry: Entry, usual: Entry | None) -> Scenario | None:
        given = self.entries(entry.value, "a scenario", SCENARIO.keys)
        source = given.get("protocol", usual)
        needed = [key.name for key in SCENARIO.keys if key.required]
        for key in needed:
            if key not in given:
                self.report("PK005", f"`{key}` is missing in `{name}`.", entry.key.place)
        if source is None:
            help = "add `protocol: FILE` at the top"
            self.report("PK005", f"`{name}` names no protocol.", entry.key.place, help)
        if source is None or not given.keys() >= set(needed):
            return None
        protocols = self._named_protocols(source)
        if not protocols:
            return None
        start = self.time(given["start"].value, protocols[0].timezone)
        if start is None:
            return None
        steps = Steps(self, protocols, start, self._reads)
        title = self.text(given["title"].value, "the title") if "title" in given else None
        return Scenario(
            name=name,
            title=title or name.replace("_", " "),
            place=entry.key.place,
            start=start,
            protocols=protocols,
            steps=self._steps(steps, given["steps"].value),
        )

    def _steps(self, reader: Steps, node: Tree) -> tuple[Step, ...]:
        items = self.items(node)
        if not items:
            self.report("PK005", "This scenario has no step, so it could not fail.", node.place)
        return reader.steps(items)

    def _named_protocols(self, entry: Entry) -> tuple[Protocol, ...]:
        """The protocols that are named; none if one of them cannot be used."""
        found: list[Protocol | None] = []
        for item in self.items(entry.value):
            name = self.text(item, "the file of the protocol")
            if name is not None and name not in self._protocols:
                self._protocols[name] = self._protocol(name, item)
            found.append(self._protocols.get(name or ""))
        usable = tuple(protocol for protocol in found if protocol is not None)
        return usable if len(usable) == len(found) else ()

    def _protocol(self, name: str, node: Tree) -> Protocol | None:
        path = self.folder / name
        try:
            reading = language.read_file(path)
        except OSError:
            said = f"The protocol `{name}` cannot be opened."
            self.report("PK104", said, node.place, f"looked for {path}")
            return None
        self.sources.update(reading.texts)
        self.findings.extend(one for one in reading.findings if one.severity == "error")
        return reading.protocol if reading.ok else None
