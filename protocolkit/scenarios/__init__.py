"""Scenario files: what a protocol should do with a case, acted out and compared.

A file `*.scenarios.yaml` names a protocol and tells stories: who does what and when, and what
must then be so. Nothing else is open is the default. Imports the engine and the language;
whoever shows results comes above.
"""

from __future__ import annotations

from protocolkit.scenarios.coverage import Coverage, coverage
from protocolkit.scenarios.form import Scenario, ScenarioFile
from protocolkit.scenarios.reading import read_file, read_text
from protocolkit.scenarios.results import Difference, Outcome, Results
from protocolkit.scenarios.running import run, run_file, run_text

__all__ = [
    "Coverage",
    "Difference",
    "Outcome",
    "Results",
    "Scenario",
    "ScenarioFile",
    "coverage",
    "read_file",
    "read_text",
    "run",
    "run_file",
    "run_text",
]
