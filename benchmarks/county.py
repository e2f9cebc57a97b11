"""A protocol of any size, written as people write one: a way from office to office.

At each office a case waits, is decided by a fact, may go aside and come back; something is owed
with a limit, and someone is told when it is late. The checks find nothing to change in it. Imports
nothing of the project: a protocol is text.
"""

from __future__ import annotations

from bisect import bisect

HEAD = """\
# A protocol to measure with. Each office does the same as the one before.
protocolkit: "1"
id: long-way
title: From office to office
jurisdiction: nowhere
timezone: UTC

organizations:
  court:
    kind: court
  agency:
    kind: service_provider

roles:
  officer:
    kind: juvenile_officer
    organization: court
  supervisor:
    kind: supervisor
    organization: court
  provider:
    kind: service_provider
    organization: agency
"""

SECTIONS = {
    "facts": """\
  ready_{n}:
    type: boolean
    title: Whether office {n} has all that it needs
    recorded_by: officer
  visits_{n}:
    type: integer
    recorded_by: [officer, provider]
""",
    "states": """\
  office_{n}:
    title: At office {n}{initial}
    waits_for: officer
  aside_{n}:
    title: Office {n} looks for what is missing
    waits_for: provider
""",
    "triggers": """\
  leave_{n}:
    who: officer
    title: Office {n} is done
    needs:
      decided: ready_{n} is known
    moves:
      - {{from: office_{n}, to: {next}, if: ready_{n} is true}}
      - {{from: office_{n}, to: aside_{n}, if: ready_{n} is false}}
  come_back_{n}:
    who: provider
    needs:
      visited: visits_{n} >= 2 or happened(call_{n})
    moves: [{{from: aside_{n}, to: office_{n}}}]
  call_{n}:
    who: [officer, provider]
    channel: [phone]
""",
    "follow_ups": """\
  answer_{n}:
    opens_with: leave_{n}
    if_again: ignore
    who: provider
    owed_to: officer
    due: within 2 calendar days
    met_by: call_{n}
    waive: {{who: supervisor, reason: required}}
""",
    "escalations": """\
  late_{n}:
    watches: {{follow_up: answer_{n}}}
    levels:
      - {{at: due, tell: supervisor}}
""",
}
"""What is written for one office, by section."""


def text(size: int) -> str:
    """The longest such protocol that has at most so many bytes; one office at least."""
    offices = range(1, size // 100)
    return _written(bisect(offices, size, key=lambda n: len(_written(n))) or 1)


def _written(offices: int) -> str:
    parts = [HEAD]
    for section, form in SECTIONS.items():
        parts.append(f"\n{section}:\n")
        for n in range(1, offices + 1):
            initial = "\n    initial: true" if n == 1 else ""
            onward = f"office_{n + 1}" if n < offices else "done"
            parts.append(form.format(n=n, next=onward, initial=initial))
        if section == "states":
            parts.append("  done:\n    title: Closed\n    final: true\n")
    return "".join(parts)
