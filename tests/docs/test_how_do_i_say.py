"""The page "How do I say ...?" says what is so: its rules are read, and its stories come out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.language.reading import read_file
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios import Results, coverage, run_text
from protocolkit.semantics.actors import Actor
from protocolkit.store.memory import MemoryStore
from tests.docs.reading_grade import grade, prose, sentences
from tests.docs.saying import DOCS, PAGE, STORIES, Entry, anchor, entries, write
from tests.stories import local

TEXT = PAGE.read_text(encoding="utf-8")
ENTRIES = entries(TEXT)
BY_NAME = {entry.name: entry for entry in ENTRIES}
TOLD = STORIES.read_text(encoding="utf-8")
NAMES = re.findall(r"^  ([a-z0-9_]+):$", TOLD, re.MULTILINE)

THEMES = [
    "Who",
    "When",
    "What if",
    "Closing",
    "Meetings",
    "Several at once",
    "People who must not know",
    "Across counties",
    "Running the programme",
    "What must be so in every case",
]
WHAT_PROTOCOLS_SAY = {
    "duties side by side, joined or not": "one_call_starts_three_things",
    "hours, day and night": "within_2_hours_whatever_the_day",
    "a report whose number is kept": "if_a_report_is_made_its_number_is_kept",
    "a limit from an earlier event": "counted_from_the_first_report_not_from_now",
    "age and other thresholds": "only_if_the_child_is_under_14",
    "again and again until it ends": "every_two_weeks_until_the_child_is_found",
    "must, should, may": "it_is_wished_and_no_must",
    "an aim and a limit": "at_once_and_no_later_than_this",
    "either of two": "either_of_two_must_do_it",
    "done by somebody else": "somebody_else_did_it_and_that_counts",
    "required, asked, optional": "who_must_come_who_must_be_asked_who_may_come",
    "never this": "this_must_never_be_done_to_the_child",
    "never alone": "never_alone",
    "consent and its exceptions": "only_if_the_minor_agrees_or_there_is_danger",
    "declining, by whom and from what age": "the_minor_may_say_no",
    "an attorney for the child": "the_child_gets_a_lawyer",
    "several teams on one case": "a_small_team_first_the_full_team_later",
    "lines of a case side by side": "the_child_is_missing_and_the_inquiry_goes_on",
    "a way out when somebody refuses": "if_the_police_say_no_ask_the_sheriff",
    "a way out when somebody is away": "if_the_supervisor_is_not_there",
    "the version in force": "which_version_counts_for_a_case",
    "days and months": "by_the_end_of_the_third_day_or_of_the_month",
    "business days and holidays": "only_days_on_which_the_office_is_open",
    "office hours and nights": "by_day_the_office_at_night_the_police",
    "both must finish": "two_agencies_must_both_finish",
    "ended by an event, with the reason": "if_it_was_a_false_alarm",
    "who is not told": "not_if_the_parent_is_the_suspect",
    "what a notice may say": "what_a_notice_may_say",
    "a date that is not known yet": "for_every_hearing_and_we_do_not_know_the_dates_yet",
    "only if another was not done": "if_nobody_visits_in_time_somebody_must",
    "a quorum by groups": "three_of_the_four_agencies_are_enough",
    "a memory of the last meeting": "a_second_meeting_when_the_first_had_too_few",
    "hand-over to another body": "the_next_county_takes_over",
    "hand-over to another person": "another_worker_takes_the_case_over",
    "more time, with reason and authority": "more_time_if_the_judge_allows_it",
    "may not close until": "the_case_may_not_close_until_this_is_done",
    "return and a new episode": "the_child_is_back_and_runs_again",
    "named parts of one step": "it_has_parts_and_all_are_needed",
    "counts without names": "count_without_names",
    "measured once and remembered": "what_counts_is_how_it_was_then",
    "several ways to do it": "any_of_several_ways_will_do",
    "another track after a fact changes": "if_the_facts_change_another_path_applies",
    "separate duties": "not_the_one_who_wrote_it",
    "a relation to this case": "somebody_with_a_tie_to_the_family_stays_out",
    "one skeleton, other numbers, with a floor": "the_same_rules_with_other_numbers",
    "an agreement that runs out": "the_agreement_runs_out",
    "dissent and its answer": "somebody_disagrees_and_gets_an_answer",
    "who sees what, and what for": "who_may_see_what",
    "so often in so long": "if_they_went_missing_more_than_4_times_in_a_year",
    "counted back from a date that moves": "two_days_before_the_hearing",
    "a clock that stops": "the_clock_stops_while_the_case_is_on_hold",
    "level after level": "if_it_is_late_tell_the_supervisor_then_the_judge",
}
"""What published protocols say, and the entry that shows how."""

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all entries, each in a folder of its own."""
    found = tmp_path_factory.mktemp("how-do-i-say")
    for entry in ENTRIES:
        write(entry, found)
    return found


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    """All stories, acted out."""
    return run_text(TOLD, STORIES.name, folder)


def _protocol(folder: Path, name: str, file: str = "county.yaml") -> Protocol:
    protocol = read_file(folder / name / file).protocol
    assert protocol is not None
    return protocol


# -- what it says is so ----------------------------------------------------------------


@each_entry
def test_its_rules_are_read_without_a_finding(entry: Entry, folder: Path) -> None:
    """Whoever copies them under the head has a file that is in order."""
    for name in entry.files:
        reading = read_file(folder / entry.name / name)
        assert [] == [f"{one.code} {one.message} {one.place}" for one in reading.findings]


@pytest.mark.parametrize("name", NAMES)
def test_a_story_comes_out_as_told(name: str, results: Results) -> None:
    """Nothing differs, and the story is about the entry after which it is called."""
    assert [] == [f"{one.message} {one.place}" for one in results.findings]
    (outcome,) = (one for one in results.outcomes if one.name == name)
    assert [] == [str(one) for one in outcome.differences]


@each_entry
def test_every_rule_of_an_entry_comes_up_in_its_stories(entry: Entry, results: Results) -> None:
    """Each act, move, level and exception, and each way in which a follow-up can end."""
    mine = [one for one in results.outcomes if one.name.startswith(entry.name)]
    assert mine
    covered = coverage(touch for one in mine for touch in one.touched)
    assert len(entry.files) == len(covered)
    shown = [
        rule
        for one in covered
        for part in ("triggers", "moves", "follow_ups", "levels", "exceptions")
        for rule in one.untouched(part)
    ]
    assert [] == [rule for rule in shown if not rule.endswith((" met", " late"))]


def test_a_story_uses_the_rules_of_its_entry() -> None:
    """By the folder that it names, which is the beginning of its own name."""
    for story in re.split(r"^  (?=[a-z0-9_]+:$)", TOLD, flags=re.MULTILINE)[1:]:
        name = story.partition(":")[0]
        used = set(re.findall(r"([a-z0-9_]+)/\w+\.yaml", story))
        assert len(used) == 1
        assert name.startswith(used.pop())


def test_counts_below_five_are_not_shown(folder: Path) -> None:
    """Four reports in one month, five in the next, over all cases."""
    clock = VirtualClock(local("2025-03-04 09:00"))
    engine = Engine([_protocol(folder, "count_without_names")], MemoryStore(), clock)
    officer = Actor(id="o-1", roles=frozenset({"officer"}))
    engine.adopt("larkspur", by=officer)
    for number in range(9):
        if number == 4:
            clock.move_to(local("2025-04-10 09:00"))
        case = engine.open("larkspur", by=officer)
        engine.fire(case.id, "report", by=officer)
    clock.move_to(local("2025-05-10 09:00"))
    counted = [period.counts["report"] for period in engine.tally("larkspur")]
    assert [None, 5, 0] == counted


def test_a_floor_holds_for_every_county(folder: Path) -> None:
    """24 hours under a floor of 12 is an error of the second file."""
    entry = BY_NAME["the_same_rules_with_other_numbers"]
    slow = folder / entry.name / "slow.yaml"
    slow.write_text(entry.files["rowan.yaml"].replace("4 hours", "24 hours"), encoding="utf-8")
    assert ["error"] == [one.severity for one in read_file(slow).findings]
    slow.unlink()


def test_a_notice_says_nothing_of_facts(folder: Path) -> None:
    """Not even of those that are to be passed on with the follow-up it is about."""
    clock = VirtualClock(local("2025-03-04 09:00"))
    name = "if_it_is_late_tell_the_supervisor_then_the_judge"
    text = BY_NAME[name].files["county.yaml"]
    text += "facts: {secret: {type: choice, values: [quince], recorded_by: officer}}\n"
    text = text.replace("{opens_with: went_missing,", "{opens_with: went_missing, shares: secret,")
    file = folder / name / "telling.yaml"
    file.write_text(text, encoding="utf-8")
    engine = Engine([_protocol(folder, name, file.name)], MemoryStore(), clock)
    file.unlink()
    officer = Actor(id="o-1", roles=frozenset({"officer"}))
    case = engine.open("larkspur", by=officer, facts={"secret": "quince"})
    engine.fire(case.id, "went_missing", by=officer)
    clock.move_to(local("2025-03-04 22:00"))
    engine.advance()
    notices = engine.store.notices()
    assert 3 == len(notices)
    assert "quince" not in repr(notices)


# -- how it is made --------------------------------------------------------------------


def test_the_contents_list_every_entry_by_theme() -> None:
    """In the order of the page, with links that lead there."""
    listed: list[tuple[str, str, str]] = []
    theme = ""
    contents = TEXT.partition("## Contents\n")[2].partition("\n## ")[0]
    for line in contents.splitlines():
        if line.startswith("**"):
            theme = line.strip("*")
        elif line:
            link = re.fullmatch(r"- \[(.+)\]\(#(.+)\)", line)
            assert link is not None, line
            listed.append((theme, link.group(1), link.group(2)))
    assert listed == [(one.theme, one.heading, anchor(one.heading)) for one in ENTRIES]
    assert THEMES == list(dict.fromkeys(one.theme for one in ENTRIES))


def test_headings_differ() -> None:
    """No story could be taken for that of another entry."""
    for entry in ENTRIES:
        assert [entry] == [one for one in ENTRIES if one.name.startswith(entry.name)]


def test_what_protocols_say_has_an_entry() -> None:
    """Each of the constructs that were found in published protocols."""
    assert len(WHAT_PROTOCOLS_SAY) >= 44
    assert set() == set(WHAT_PROTOCOLS_SAY.values()) - set(BY_NAME)


@each_entry
def test_an_entry_says_what_happens_what_to_watch_and_where_to_read_on(entry: Entry) -> None:
    """Two or three sentences, then the limit or mistake, then a link into the reference."""
    says, watch = entry.prose.split("\n\n")
    assert 2 <= len(re.findall(r"[.?](?= |$|\n)", prose(says))) <= 3
    assert watch.startswith("**Watch out:** ")
    assert re.search(r"See\s\[[^\]]+\]\(reference/[^)]+\)\.$", watch)


def test_links_lead_somewhere() -> None:
    """Each to a page that is there and, if it names one, to a heading on it."""
    links = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", TEXT)
    assert len(links) > 2 * len(ENTRIES)
    for file, place in links:
        page = DOCS / file if file else PAGE
        assert page.is_file(), file
        if place:
            headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
            assert place in map(anchor, headings), f"{file}#{place}"


def test_it_is_read_in_grade_six() -> None:
    """What comes before the contents, what the entries say together, and nearly so each of them."""
    assert grade(TEXT.partition("## Contents")[0]) <= 6
    assert grade("\n\n".join(one.prose for one in ENTRIES)) <= 6
    assert {} == {one.heading: grade(one.prose) for one in ENTRIES if grade(one.prose) > 7}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. It was red.", -3, 0),
        ("The nurse sees the child when the officer has called.", 2, 4),
        ("Interdisciplinary collaboration necessitates institutional accountability.", 40, 60),
    ],
)
def test_the_grade_tells_easy_from_hard(text: str, low: float, high: float) -> None:
    """So that the bound above is one."""
    assert low <= grade(text) <= high
    assert len(sentences(text)) == text.count(".")
