"""A file that extends another: what it can change, what it cannot, and whose line is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.language.reading import Reading, read_file, read_text
from tests.language.samples import GOOD, shown, span, unmarked

BASE = GOOD.replace("id: sample-county", "id: base")


def _read(folder: Path, overlay: str, base: str = BASE) -> Reading:
    (folder / "base.yaml").write_text(base, encoding="utf-8")
    (folder / "county.yaml").write_text(overlay, encoding="utf-8")
    return read_file(folder / "county.yaml")


def test_it_may_set_add_change_and_remove(tmp_path: Path) -> None:
    """The four steps, each with the place of what it says in its own file."""
    reading = _read(
        tmp_path,
        "extends: base\nid: county\ntitle: Of the county\n"
        "set: {inform_limit: 4 hours, least: 3}\n"
        "add:\n  roles: {nurse: {kind: health}}\n"
        "  follow_ups: {greet: {opens_with: report, who: nurse, due: within grace}}\n"
        "change:\n  roles: {judge: {title: The judge}}\n"
        "  terms: {is_child: {title: Under age}}\n"
        "remove: {follow_ups: [tell_the_reporter], properties: hears_back}\n",
    )
    assert "" == shown(reading.findings)
    protocol = reading.protocol
    assert protocol is not None
    assert ("county", "Of the county", "base") == (protocol.id, protocol.title, protocol.extends)
    assert "4 hours" == str(protocol.parameters["inform_limit"].value)
    assert protocol.parameters["inform_limit"].floor is not None
    due = protocol.follow_ups["inform_police"].due
    assert due is not None
    assert "at once, within 4 hours, at most 12 hours" == str(due)
    quorum = protocol.meetings["team"].quorum
    assert quorum is not None
    assert 3 == quorum.at_least
    assert "health" == protocol.roles["nurse"].kind
    assert ("judge", "The judge") == (protocol.roles["judge"].kind, protocol.roles["judge"].title)
    assert protocol.terms["is_child"].condition is not None
    assert "Under age" == protocol.terms["is_child"].title
    assert "tell_the_reporter" not in protocol.follow_ups
    assert {} == dict(protocol.properties)


def test_places_lead_into_the_right_file(tmp_path: Path) -> None:
    """What the overlay wrote is found in the overlay, the rest in the base."""
    reading = _read(tmp_path, "extends: base\nid: county\nset: {inform_limit: 4 hours}\n")
    files = {
        path: place.file.rpartition("/")[2]
        for path in (
            ("id",),
            ("parameters", "inform_limit", "value"),
            ("parameters", "inform_limit", "floor"),
            ("roles", "djo", "kind"),
            (),
        )
        if (place := reading.places.of(path))
    }
    assert {
        ("id",): "county.yaml",
        ("parameters", "inform_limit", "value"): "county.yaml",
        ("parameters", "inform_limit", "floor"): "base.yaml",
        ("roles", "djo", "kind"): "base.yaml",
        (): "county.yaml",
    } == files
    assert {"base.yaml", "county.yaml"} == {Path(name).name for name in reading.texts}


def test_a_chain_of_files(tmp_path: Path) -> None:
    """A town extends a county that extends a base; the last word counts."""
    (tmp_path / "town.yaml").write_text(
        "extends: county\nid: town\nset: {inform_limit: 3 hours}\n", encoding="utf-8"
    )
    _read(tmp_path, "extends: base\nid: county\nset: {inform_limit: 4 hours, least: 3}\n")
    reading = read_file(tmp_path / "town.yaml")
    assert "" == shown(reading.findings)
    assert reading.protocol is not None
    values = reading.protocol.parameters
    assert ("3 hours", 3) == (str(values["inform_limit"].value), values["least"].value)
    assert 3 == len(reading.texts)


WRONG: dict[str, tuple[str, str, str]] = {
    "no such file": ("extends: ⟦bass⟧", "no file `bass.yaml` beside", "did you mean `base`"),
    "itself": ("extends: ⟦county⟧", "extends a file that extends it in turn", "stand on its own"),
    "a path": ("extends: ⟦../base⟧", "a file in the same folder", "extends: larkspur"),
    "nothing": ("⟦extends⟧:", "a file in the same folder", "extends: larkspur"),
    "not a protocol": ("extends: ⟦list⟧", "`list.yaml` is not a protocol", "name the file"),
    "no such parameter": (
        "extends: base\nset: {⟦inform_limits⟧: 4 hours}",
        "has no parameter `inform_limits`",
        "did you mean `inform_limit`",
    ),
    "set without names": (
        "extends: base\n⟦set⟧: 4 hours",
        "`set` needs parameters",
        "line by line",
    ),
    "set a list": (
        "extends: base\nset: {⟦inform_limits⟧: [4 hours]}",
        "has no parameter",
        "did you mean",
    ),
    "set another kind of value": (
        "extends: base\nset: {inform_limit: ⟦4⟧}",
        "`inform_limit` is a length of time in the protocol that this extends",
        "give a length of time",
    ),
    "add without a section": ("extends: base\n⟦add⟧: [a]", "`add` needs sections", "line by line"),
    "add what is there": (
        "extends: base\nadd: {roles: {⟦djo⟧: {kind: judge}}}",
        "`djo` is already there",
        "use `change`",
    ),
    "add without a name": (
        "extends: base\nadd: {⟦roles⟧: nurse}",
        "needs a name and its keys",
        "name:",
    ),
    "change what is not there": (
        "extends: base\nchange: {roles: {⟦djoo⟧: {title: x}}}",
        "There is no `djoo` in `roles`",
        "did you mean `djo`",
    ),
    "change nothing": (
        "extends: base\nchange: {⟦roles⟧: djo}",
        "needs a name and the keys",
        "name:",
    ),
    "change a section that is not there": (
        "extends: base\nchange: {⟦role⟧: {djo: {title: x}}}",
        "has no section `role`",
        "did you mean `roles`",
    ),
    "remove what is not there": (
        "extends: base\nremove: {follow_ups: [⟦visits⟧]}",
        "There is no `visits` in `follow_ups`",
        "did you mean `visit`",
    ),
    "remove from a section that is not there": (
        "extends: base\nremove: {⟦follow_up⟧: [visit]}",
        "has no section `follow_up`",
        "did you mean `follow_ups`",
    ),
    "beyond the floor": (
        "extends: base\nset: {inform_limit: ⟦13 hours⟧}",
        "`13 hours` can be longer than the floor `12 hours`",
        "keeps to the floor",
    ),
    "beyond the floor for some starts": (
        "extends: base\nset: {inform_limit: ⟦1 business day⟧}",
        "`1 business day` can be longer than the floor `12 hours`",
        "keeps to the floor",
    ),
    "beyond the floor by a change": (
        "extends: base\nchange: {parameters: {inform_limit: {value: ⟦13 hours⟧}}}",
        "can be longer than the floor",
        "keeps to the floor",
    ),
    "the floor itself": (
        "extends: base\nchange: {parameters: {inform_limit: {⟦floor⟧: {at_most: 3}}}}",
        "change the floor itself",
        "`set: {inform_limit: ...}`",
    ),
    "a parameter with a floor": (
        "extends: base\nremove: {parameters: [⟦inform_limit⟧]}",
        "`inform_limit` has a floor: it cannot be removed",
        "leave this out",
    ),
    "a follow-up that rests on a floor": (
        "extends: base\nremove: {follow_ups: [⟦inform_police⟧]}",
        "`inform_police` rests on `inform_limit`, which has a floor",
        "leave this out",
    ),
    "the limit of such a follow-up": (
        "extends: base\nchange: {follow_ups: {inform_police: {⟦due⟧: within 30 hours}}}",
        "this could soften it",
        "leave this out",
    ),
    "the strength of such a follow-up": (
        "extends: base\nchange: {follow_ups: {inform_police: {⟦strength⟧: may}}}",
        "this could soften it",
        "leave this out",
    ),
    "all of such a follow-up": (
        "extends: base\nchange: {follow_ups: {⟦inform_police⟧: nothing}}",
        "rests on `inform_limit`",
        "leave this out",
    ),
}


@pytest.mark.parametrize("way", WRONG)
def test_a_fault_of_an_overlay_stands_in_the_overlay(way: str, tmp_path: Path) -> None:
    """One finding, PK104, at the exact place in the file that somebody can mend."""
    overlay, message, help = WRONG[way]
    text, place = unmarked(overlay + "\n")
    (tmp_path / "list.yaml").write_text("- a\n", encoding="utf-8")
    found = _read(tmp_path, text).findings
    assert [("PK104", place)] == [(one.code, span(one.place)) for one in found], shown(found)
    assert message in found[0].message
    assert help in found[0].help
    assert found[0].place is not None
    assert "county.yaml" == Path(found[0].place.file).name


@pytest.mark.parametrize("way", [way for way in WRONG if "floor" in WRONG[way][1]])
def test_a_floor_is_shown_where_it_stands(way: str, tmp_path: Path) -> None:
    """Both places: what goes too far here, and the floor in the base."""
    (finding,) = _read(tmp_path, unmarked(WRONG[way][0])[0]).findings
    (related,) = finding.related
    assert "base.yaml" == Path(related.place.file).name
    assert 13 == related.place.start.line
    assert "the floor" == related.label


@pytest.mark.parametrize(
    "value", ["12 hours", "1 minute", "719 minutes", "11 hours"], ids=lambda value: str(value)
)
def test_tightening_is_allowed(value: str, tmp_path: Path) -> None:
    """Up to the floor itself."""
    assert "" == shown(_read(tmp_path, f"extends: base\nset: {{inform_limit: {value}}}\n").findings)


@pytest.mark.parametrize(
    ("floor", "value", "message"),
    [
        (
            "{no_shorter_than: 2 hours}",
            "1 hour",
            "`1 hour` can be shorter than the floor `2 hours`",
        ),
        (
            "{no_longer_than: 2 business days of night}",
            "1 business day",
            "`1 business day` cannot be compared with the floor `2 business days of night`",
        ),
        ("{no_longer_than: 3 business days}", "2 business days", ""),
        ("{no_longer_than: 3 business days of office}", "3 business days", ""),
        ("{no_longer_than: 3 calendar days}", "2 business days", "can be longer than the floor"),
        ("{at_least: 2}", "3 hours", "`3 hours` is no number, and the floor is 2"),
    ],
)
def test_ruling_28_a_floor_compares_for_every_start(
    floor: str, value: str, message: str, tmp_path: Path
) -> None:
    """Only what is proved for every instant is within it; what cannot be compared is not."""
    base = BASE.replace("{no_longer_than: 12 hours}", floor).replace(
        "\norganizations:\n", "\n  night: {open: tue-sat 20:00-24:00}\norganizations:\n"
    )
    base = base.replace("{value: 6 hours", f"{{value: {value}")
    base = base.replace("within inform_limit, at most 12 hours", "within inform_limit")
    overlay = f"extends: base\nset: {{inform_limit: {value}}}\n"
    found = _read(tmp_path, overlay, base).findings
    assert (["PK104"] if message else []) == [finding.code for finding in found], shown(found)
    assert not message or message in found[0].message


@pytest.mark.parametrize(
    ("floor", "value", "message"),
    [
        ("{at_least: 2}", "1", "1 is less than the floor 2"),
        ("{at_most: 4}", "5", "5 is more than the floor 4"),
        ("{at_least: 2, at_most: 4}", "3", ""),
        ("{no_longer_than: 2 hours}", "3", "`3` is no length of time"),
    ],
)
def test_a_floor_of_a_number(floor: str, value: str, message: str, tmp_path: Path) -> None:
    """Bounds for numbers hold in the base and in what extends it."""
    base = BASE.replace("least: 2", f"least: {{value: {value}, floor: {floor}}}")
    for code, found in (
        ("PK006", read_text(base).findings),
        ("PK104", _read(tmp_path, f"extends: base\nset: {{least: {value}}}", base).findings),
    ):
        assert ([code] if message else []) == [finding.code for finding in found], shown(found)
        assert not message or message in found[0].message


def test_a_floor_of_words(tmp_path: Path) -> None:
    """A parameter for a role may be bound to some of them."""
    base = BASE.replace("reporter: djo", "reporter: {value: djo, floor: {one_of: [djo, judge]}}")
    allowed = _read(tmp_path, "extends: base\nset: {reporter: judge}\n", base)
    refused = _read(tmp_path, "extends: base\nset: {reporter: minor}\n", base)
    assert "" == shown(allowed.findings)
    assert ["`minor` is none of `djo`, `judge`."] == [one.message for one in refused.findings]


def test_more_files_than_anybody_can_follow(tmp_path: Path) -> None:
    """A chain without end stops with a finding."""
    for number in range(12):
        text = f"extends: f{number + 1}\n"
        (tmp_path / f"f{number}.yaml").write_text(text, encoding="utf-8")
    (finding,) = read_file(tmp_path / "f0.yaml").findings
    assert "More than 8 files extend each other." == finding.message


def test_faults_of_the_base_stand_in_the_base(tmp_path: Path) -> None:
    """Whoever extends a broken file learns where it is broken."""
    reading = _read(tmp_path, "extends: base\n", BASE.replace("chair: supervisor", "chair: nobody"))
    (finding,) = reading.findings
    assert finding.place is not None
    assert ("PK101", "base.yaml") == (finding.code, Path(finding.place.file).name)
