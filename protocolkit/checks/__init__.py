"""Judging a protocol by what its declaration decides, and showing what was found.

`run` gives a `Report` of findings; the modules `report_*` turn findings into text, `explain`
shows the page of a check. Imports language, model and ground; never the engine: a judgement
does not depend on what an engine happens to do.
"""

from __future__ import annotations

from protocolkit.checks.catalogue import ALL, CHECKS, OFF, RETIRED, info
from protocolkit.checks.runner import Report, run

__all__ = ["ALL", "CHECKS", "OFF", "RETIRED", "Report", "info", "run"]
