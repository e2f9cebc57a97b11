"""Coverage: what there is in a protocol, and what scenarios did of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.scenarios import Coverage, coverage, run_text
from protocolkit.scenarios.coverage import PARTS
from tests.stories import tiny_text

RULES = """
facts:
  danger: {type: boolean, recorded_by: officer}
  away: {type: boolean, recorded_by: officer}
states: {begun: {initial: true}, seen: {}, planned: {}, closed: {final: true}}
triggers:
  ask: {who: officer}
  look: {who: officer, never: guardian, different_from: ask,
    moves: [{from: [begun, planned], to: seen}]}
  talk: {who: officer, together_with: detective, needs: {calm: danger is false},
    exceptions: {urgent: {waives: calm}}}
  beat: {strength: must_not, who: officer}
  agree: {decided_at: team, who: officer, applies_while: away is not true,
    moves: {from: seen, to: planned}}
meetings: {team: {required: officer, called_by: supervisor, quorum: {at_least: 2},
  exceptions: {alone: {waives: quorum}}}}
follow_ups:
  see: {opens_with: ask, who: officer, due: within 2 hours, met_by: [look, team.held],
    blocks: talk, ends_when: away is true, because: gone, waive: {who: supervisor}}
  wait: {opens_in: seen, who: officer, due: unspecified, extend: {who: officer},
    decline: {who: guardian}}
  tell: {opens_with: talk, for_each: [judge, guardian], who: officer, due: within 1 hour,
    exclude: {judge: {if: danger is true, if_unknown: include}}}
  share: {opens_with: talk, who: {all_of: [officer, detective]}, parts: [one],
    due: within 1 hour, pauses_while: away is true}
escalations:
  late: {watches: {follow_up: see}, levels: [{id: first, at: due, tell: supervisor},
    {after: 1 hour, if: danger is true, tell: judge}]}
"""

EVERYTHING = {
    "triggers": ("`ask`", "`look`", "`talk`", "`agree`"),
    "moves": (
        "`look` from `begun` to `seen`",
        "`look` from `planned` to `seen`",
        "`agree` from `seen` to `planned`",
    ),
    "follow_ups": (
        "`see` opened",
        "`see` met by `look`",
        "`see` met by `team.held`",
        "`see` late",
        "`see` waived",
        "`see` ended because of `gone`",
        "`wait` opened",
        "`wait` met",
        "`wait` declined",
        "`wait` extended",
        "`wait` ended because of `left_state`",
        "`tell` opened for `judge`",
        "`tell` opened for `guardian`",
        "`tell` left out for `judge`",
        "`tell` met",
        "`tell` late",
        "`share` opened",
        "`share` met",
        "`share` done for `one`",
        "`share` done for `officer`",
        "`share` done for `detective`",
        "`share` late",
        "`share` paused",
    ),
    "levels": ("`late.first`", "`late.2`"),
    "exceptions": ("`urgent` of `talk`", "`alone` of `team`"),
    "refusals": (
        "`ask` by somebody who may not",
        "`look` by somebody who may not",
        "`look` by somebody who never may",
        "`look` by the same person twice",
        "`talk` by somebody who may not",
        "`talk` without `calm`",
        "`talk` while `see` is open",
        "`talk` by one person alone",
        "`beat`, which is forbidden",
        "`agree` by somebody who may not",
        "`agree` without its meeting",
        "`agree` when it does not apply",
    ),
}


def _covered(folder: Path, *stories: str, rules: str = RULES) -> Coverage:
    folder.joinpath("tiny.yaml").write_text(tiny_text(rules), encoding="utf-8")
    text = "protocol: tiny.yaml\nscenarios:\n"
    for number, steps in enumerate(stories):
        text += f"  s{number}:\n    start: 2025-03-04 10:00\n    steps:\n"
        text += "      - open: {by: officer}\n"
        text += "".join(f"      - {line}\n" for line in steps.strip().splitlines())
    results = run_text(text, "s.yaml", folder)
    assert () == results.findings
    assert [] == [str(one) for outcome in results.outcomes for one in outcome.differences]
    (found,) = coverage(one for outcome in results.outcomes for one in outcome.touched)
    return found


def test_everything_that_can_happen_is_listed(tmp_path: Path) -> None:
    """Each act, move, fate of a follow-up, level, exception and refusal, in words."""
    assert EVERYTHING == _covered(tmp_path, "{expect: {}}").all


OVER = """
facts: {away: {type: boolean, recorded_by: officer}}
terms: {at_home: away is not true}
triggers: {ask: {who: officer}, look: {who: officer}}
follow_ups:
  call: {opens_with: ask, who: officer, due: unspecified, applies_while: at_home, because: gone,
    ends_when: {if: happened(look), because: seen}}
  visit: {opens_with: ask, who: officer, due: unspecified, applies_while: at_home, because: seen,
    ends_when: happened(look)}
  write: {opens_with: ask, who: officer, due: unspecified, applies_while: away is not true}
"""


def test_an_ending_is_listed_as_a_case_names_it(tmp_path: Path) -> None:
    """`because` is the reason of an ending that names none, else of what does not apply."""
    away = "{do: ask, by: officer}\n{record: {away: true}, by: officer}\n{expect: {}}"
    looked = "{do: ask, by: officer}\n{do: look, by: officer}\n{expect: {open: {write: {}}}}"
    found = _covered(tmp_path, away, looked, rules=OVER)
    assert {
        "`call` ended because of `seen`",
        "`call` ended because of `gone`",
        "`visit` ended because of `seen`",
        "`visit` ended because of `at_home`",
        "`write` ended because of `does_not_apply`",
    } == {one for one in found.all["follow_ups"] if "because" in one}
    assert {"`call` met", "`visit` met", "`write` met"} == set(found.untouched("follow_ups"))


STORIES: dict[str, tuple[str, set[str]]] = {
    "an act, a move, what it meets": (
        """
{do: ask, by: officer, as: o-1}
{refused: look, by: officer, as: o-1, because: same-person}
{do: look, by: officer, as: o-2}
{complete: wait, by: officer}
""",
        {
            "`ask`",
            "`look`",
            "`look` from `begun` to `seen`",
            "`look` by the same person twice",
            "`see` opened",
            "`see` met by `look`",
            "`wait` opened",
            "`wait` met",
        },
    ),
    "late, with a level": (
        """
{do: ask, by: officer}
{wait_until: 2025-03-04 14:00}
{refused: talk, by: officer, because: [blocked, need-unknown, not-together]}
{waive: see, by: supervisor}
{expect: {ended: {see: waived}}}
""",
        {
            "`ask`",
            "`see` opened",
            "`see` late",
            "`see` waived",
            "`late.first`",
            "`talk` while `see` is open",
            "`talk` without `calm`",
            "`talk` by one person alone",
        },
    ),
    "with an exception, for each, in parts": (
        """
{record: {danger: true}, by: officer}
{do: talk, by: officer, attended: {detective: d-1}, exception: urgent}
{complete: tell, item: guardian, by: officer}
{complete: share, item: one, by: officer}
{record: {away: true}, by: officer}
{complete: share, by: detective}
{refused: agree, by: officer, because: [does-not-apply, not-decided, not-enabled]}
{expect: {ended: {share: met}}}
""",
        {
            "`talk`",
            "`urgent` of `talk`",
            "`tell` opened for `guardian`",
            "`tell` left out for `judge`",
            "`tell` met",
            "`share` opened",
            "`share` done for `one`",
            "`share` done for `officer`",
            "`share` paused",
            "`share` done for `detective`",
            "`share` met",
            "`agree` without its meeting",
            "`agree` when it does not apply",
        },
    ),
    "a meeting without quorum, and what follows": (
        """
{do: ask, by: officer, as: o-1}
{set: team, for: 2025-03-04 11:00, meeting: m-1, by: supervisor}
{hold: m-1, attended: {officer: o-1}, exception: alone, by: supervisor, at: 2025-03-04 11:00}
{do: look, by: officer, as: o-2}
{extend: wait, until: 2025-03-09 10:00, by: officer}
{do: agree, meeting: m-1, by: officer, as: o-1}
{refused: beat, by: officer, because: forbidden}
{refused: look, by: [guardian, officer], as: x-1, because: exclusion}
{refused: ask, by: judge, because: wrong-role}
{do: look, by: officer, as: o-2}
{decline: wait, by: guardian}
{do: ask, by: officer, at: 2025-03-04 11:30}
{record: {away: true}, by: officer}
{expect: {ended: {see: cancelled}}}
""",
        {
            "`ask`",
            "`look`",
            "`agree`",
            "`look` from `begun` to `seen`",
            "`look` from `planned` to `seen`",
            "`agree` from `seen` to `planned`",
            "`alone` of `team`",
            "`see` opened",
            "`see` met by `team.held`",
            "`see` ended because of `gone`",
            "`wait` opened",
            "`wait` extended",
            "`wait` declined",
            "`wait` ended because of `left_state`",
            "`beat`, which is forbidden",
            "`look` by somebody who never may",
            "`ask` by somebody who may not",
        },
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_a_story_touches(tmp_path: Path, name: str) -> None:
    """Just what it makes happen, and nothing else."""
    steps, expected = STORIES[name]
    found = _covered(tmp_path, steps)
    all_of_it = {one for part in PARTS for one in found.all[part]}
    touched = {one for part in PARTS for one in found.touched[part]}
    assert expected == touched & all_of_it


def test_all_stories_count_together(tmp_path: Path) -> None:
    """What one of them touches is touched; the rest is listed in the order of the file."""
    found = _covered(tmp_path, *(steps for steps, _ in STORIES.values()))
    assert (4, 4) == found.count("triggers")
    assert (1, 2) == found.count("levels")
    assert ("`late.2`",) == found.untouched("levels")
    assert ("`look` by somebody who may not",) == found.untouched("refusals")[:1]
    assert () == found.untouched("moves")
