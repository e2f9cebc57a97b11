"""A small protocol that uses every part of the language once, and ways to break it.

`marked` puts an edit into it; the signs ⟦ and ⟧ in the edit show where the finding must point.
"""

from __future__ import annotations

from protocolkit.ground.findings import Finding, Place

GOOD = """\
protocolkit: "1"
id: sample-county
title: {en: A sample, es: Una muestra}
jurisdiction: Sample County
document: protocol
version: "3"
in_force: {from: 2022-02-17}
timezone: America/Chicago
business_days: office
sources: {paper: Nichols et al. 2023}
goal: {title: Safety first, shared_by: [djo, judge]}
parameters:
  inform_limit: {value: 6 hours, floor: {no_longer_than: 12 hours}}
  grace: 1 business day
  least: 2
  reporter: djo
calendars:
  office:
    open: mon-fri 08:30-16:30
    closed: [fixed 01-01, easter -2, last monday of may]
organizations:
  court: {kind: court}
  police: police
  family: {kind: family}
roles:
  djo: {kind: juvenile_officer, organization: court, available: office, topics: [may_identify]}
  supervisor: {kind: supervisor, organization: court, substitutes: [deputy]}
  deputy: {kind: supervisor, organization: court, available: unspecified}
  judge: {kind: judge, organization: court}
  detective: {kind: investigator, organization: police, can: [interviewing]}
  caseworker: {kind: caseworker, organization: unspecified, per_case: true}
  minor: {kind: minor, organization: family}
relationships:
  djo_detective: {between: [djo, detective], tie: informal, rests_on: persons, persons: 3}
practices:
  star: {kind: assessment, participants: [djo], length: short, items: 10, minutes: 15,
    validated: true, use: usual, every: 1 calendar year}
facts:
  certainty: {type: choice, values: [suspected, confirmed], recorded_by: [djo]}
  age: {type: integer, range: 0..20, unit: years}
  danger: {type: boolean, valid_for: 90 calendar days}
  turns_18_on: {type: date, sensitive: true}
  involved: {type: set of roles}
terms:
  is_child: age < 18
  urgent: {condition: danger is true and is_child, title: In a hurry}
states:
  identified: {initial: true}
  reported: {waits_for: supervisor}
  closed: {final: true}
strands:
  whereabouts: {safe: {initial: true, final: true}, missing: {}}
triggers:
  report:
    who: [djo, {role: detective, with: interviewing}]
    records: [{fact: certainty, required: true}, danger]
    moves: {from: identified, to: reported}
    channel: [phone, text]
    formality: formal
  went_missing:
    who: [djo]
    moves: [{strand: whereabouts, from: safe, to: missing}]
    protective: true
  found:
    who: unspecified
    moves: [{from: missing, to: safe, if: is_child}]
    happens: outside
  decide:
    decided_at: team
    needs: {sure: certainty is confirmed}
    agreed_by: {all_of: [djo], veto: [minor]}
    different_from: report
    assigns: {caseworker: named}
    exceptions: {in_danger: {waives: [sure], if: danger is true, reason: required}}
  close:
    who: supervisor
    needs: {safe_now: whereabouts is safe}
    moves: {from: reported, to: closed}
meetings:
  team:
    required: [djo, supervisor]
    asked: [minor]
    chair: supervisor
    called_by: [supervisor]
    counts_if: involved includes attendee
    counting: {court: [djo, supervisor]}
    quorum: {all_of: [court], at_least: least, of: members}
    every: 1 calendar month after the last
follow_ups:
  inform_police:
    opens_with: went_missing
    who: {any_of: [djo, supervisor]}
    due: at once, within inform_limit, at most 12 hours
    met_by: [report, {trigger: team.held, if: danger is true}]
    extend: supervisor
  tell_the_reporter:
    opens_with: report
    if: certainty is confirmed or age >= 14
    who: detective
    owed_to: {actor_of: report}
    due: within 2 business days
    strength: encouraged
  keep_looking:
    opens_when: happened(went_missing) and not happened(found since went_missing)
    who: detective
    every: 14 calendar days after went_missing
    ends_when:
      - {if: count(found within 6 calendar months) >= 1, because: found_again}
      - urgent is false
  visit:
    opens_in: reported
    who: caseworker
    due: 2 business days of office
    for_each: [judge, minor]
    exclude: {minor: {if: involved includes minor, if_unknown: include}}
escalations:
  nobody_there:
    watches: {state: reported}
    levels:
      - {after: 4 hours, tell: [judge]}
      - {id: outer, after: grace, hand_to: deputy, if: danger is false or unknown}
    start_at: {level: outer, if: danger is true}
  late:
    watches: {follow_up: inform_police}
    levels: {at: due, tell: supervisor}
sharing:
  certainty: {caseworker: with_consent, judge: {release: always, purposes: [safety]}}
properties:
  hears_back: {kind: response, when: report, then: tell_the_reporter.met, within: 10 business days}
tallies:
  monthly: {every: 1 calendar month after adopted, count: [report, team.held]}
links:
  moves_away: {protocol: next-county, opens_with: found, hands_over: [visit]}
agreement: {parties: {court: {signed: 2024-05-01, until: unspecified}}}
review: {every: 1 calendar year, last: 2024-01-01}
"""

OPEN, CLOSE = "⟦", "⟧"


def marked(*edits: tuple[str, str]) -> tuple[str, str]:
    """The sample with some of its pieces replaced, and `line:column` of the mark.

    Each piece must stand there exactly once, so that an edit cannot miss or hit another.
    """
    text = GOOD
    for old, new in edits:
        assert 1 == text.count(old), f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return unmarked(text)


def unmarked(text: str) -> tuple[str, str]:
    """A text without its marks, and `line:column-column` of what they enclose."""
    before, _, rest = text.partition(OPEN)
    inside, _, after = rest.partition(CLOSE)
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return before + inside + after, f"{line}:{column}-{column + len(inside)}"


def span(place: Place | None) -> str:
    """A place on one line as `line:column-column`; one over several lines ends in `-`."""
    if place is None:
        return "nowhere"
    end = str(place.end.column) if place.end.line == place.start.line else ""
    return f"{place.start.line}:{place.start.column}-{end}"


def shown(findings: tuple[Finding, ...]) -> str:
    """The findings for the message of a test that fails."""
    return "\n".join(
        f"{span(finding.place)} {finding.code} {finding.message} | {finding.help}"
        for finding in findings
    )
