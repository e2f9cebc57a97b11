"""The config: where it is looked for, what it may say, what it makes of the checks."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import protocolkit as pk
from protocolkit.checks import ALL, OFF, run
from protocolkit.checks.catalogue import ONLY_PROVED, PROFILES, off_in, profile_of
from protocolkit.checks.config import nearest_config, read, settings_for
from protocolkit.checks.config_schema import schema
from protocolkit.checks.settings import JUDGED, NUMBERS, STANDARD, Wishes, settings
from protocolkit.checks.toml_places import toml_places
from protocolkit.ground.errors import UsageError
from protocolkit.ground.findings import SEVERITIES
from protocolkit.language.reading import read_text
from tests.checks.harness import complete

SCHEMA = Draft202012Validator(schema())
UNUSED = complete("roles:\n  djo: {kind: juvenile_officer}\n  judge: {kind: judge}\n")
"""Its one finding in the standard profile is PK301, a warning."""


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are told as seen from the working folder."""
    monkeypatch.chdir(tmp_path)


def _written(folder: Path, text: str, name: str = "protocolkit.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def _faults(folder: Path, text: str, name: str = "protocolkit.toml") -> list[str]:
    """What is told of a config."""
    with pytest.raises(UsageError) as told:
        read(_written(folder, text, name))
    return str(told.value).splitlines()


# -- profiles ----------------------------------------------------------------------------


def test_each_profile_holds_the_one_before() -> None:
    """Errors; then what runs by itself; then practice; then all."""
    offs = [off_in(profile) for profile in PROFILES]
    assert all(more > less for more, less in pairwise(offs))
    assert (OFF, frozenset()) == (offs[1], offs[3])
    assert {"error"} == {page.severity for page in ALL if profile_of(page) == "minimal"}
    assert {page.code for page in ALL if page.code.startswith("PK8")} == offs[1] - offs[2]
    assert {"PK105", "PK501", "PK509", "PK607"} <= offs[2]


def test_only_strict_counts_advice() -> None:
    """In the others only an error makes the answer no."""
    found = {profile: settings([], profile).fails_on for profile in PROFILES}
    assert {"minimal": "error", "standard": "error", "paper": "error", "strict": "advice"} == found


def test_without_wishes_nothing_changes() -> None:
    """And nothing is said of it."""
    assert STANDARD == settings([]) == settings([Wishes()])
    assert "" == STANDARD.said


def test_python_can_ask_for_a_profile(tmp_path: Path) -> None:
    """Of a file, and of one that is read; no config is looked for."""
    file = _written(tmp_path, UNUSED, "it.yaml")
    _written(tmp_path, 'ignore = ["PK301"]\n')
    assert ["PK301"] == [one.code for one in pk.check(file).open]
    assert () == pk.check(file, profile="minimal").open
    assert {"PK301", "PK804"} <= {one.code for one in pk.load(file).check(profile="paper").open}
    with pytest.raises(UsageError, match="no profile `strikt`; did you mean `strict`?"):
        pk.check(file, profile="strikt")


# -- wishes ------------------------------------------------------------------------------


def test_the_word_that_says_more_counts() -> None:
    """A code is more than the beginning of one; of two that are the same, the one that leaves
    out; what comes later is above what came before.
    """
    one = Wishes(select=("PK5",), ignore=("PK509", "PK30"))
    off = settings([one]).off
    assert ("PK501" not in off, "PK509" in off, "PK301" in off) == (True, True, True)
    assert "PK501" in settings([Wishes(select=("PK501",), ignore=("PK501",))]).off
    assert "PK501" not in settings([Wishes(select=("PK501",), ignore=("PK5", "PK"))]).off
    assert "PK509" not in settings([one, Wishes(select=("PK",))]).off
    assert "PK607" not in settings([Wishes(select=("self-verified",), ignore=("PK60",))]).off
    graver = settings([Wishes(severity={"PK3": "advice", "unused-role": "error"})]).severities
    assert ("error", "advice") == (graver["PK301"], graver["PK302"])


def test_a_profile_that_is_asked_for_is_above_the_config() -> None:
    """The wishes are still heard."""
    layers = [Wishes(profile="minimal", select=("PK102",)), Wishes(profile="paper")]
    assert "paper" == settings(layers).profile
    asked = settings(layers, "minimal", by="protocolkit.toml")
    assert ("minimal", True, False) == (asked.profile, "PK103" in asked.off, "PK102" in asked.off)
    assert "profile minimal (protocolkit.toml); also PK102" == asked.said


def test_the_checks_do_as_the_settings_say() -> None:
    """A check does not run, or what it finds is graver; a number reaches the checks."""
    reading = read_text(UNUSED)
    assert ["PK301"] == [one.code for one in run(reading).open]
    assert () == run(reading, settings([Wishes(ignore=("PK301",))])).findings
    report = run(reading, settings([Wishes(severity={"PK301": "error"})]))
    assert ["error"] == [one.severity for one in report.failing]
    assert ("error", ()) == (run(reading).fails_on, run(reading).failing)
    assert {"PK301"} <= {one.code for one in run(reading, settings([], "strict")).failing}


def test_a_fault_of_the_file_that_is_left_out_stays_in_the_report() -> None:
    """It is there all the same: whoever reads the report sees that somebody chose so."""
    reading = read_text(complete("titel: x\n"))
    report = run(reading, settings([Wishes(ignore=("PK004",))], by="protocolkit.toml"))
    assert () == report.open
    (found,) = report.findings
    assert ("left out by protocolkit.toml", "config") == (found.suppressed, found.suppressed_by)


# -- the file ----------------------------------------------------------------------------


def test_a_config_says_what_it_wants(tmp_path: Path) -> None:
    """Every key there is; for files with some names, more."""
    _written(
        tmp_path,
        'profile = "paper"\nselect = ["PK501", "self-verified"]\nignore = ["PK102"]\n'
        '[severity]\nPK204 = "warning"\n'
        '[files."drafts/*"]\nprofile = "minimal"\nignore = ["PK2"]\n'
        '[files."drafts/old/*"]\nselect = ["PK202"]\n',
    )
    (tmp_path / "drafts" / "old").mkdir(parents=True)
    county, draft, old = (
        settings_for(tmp_path / name)
        for name in ("county.yaml", "drafts/one.yaml", "drafts/old/two.yaml")
    )
    assert "profile paper (protocolkit.toml); also PK501, PK607; without PK102; " in county.said
    assert ("paper", {"PK204": "warning"}) == (county.profile, county.severities)
    assert ("minimal", True) == (draft.profile, {"PK202", "PK204"} <= draft.off)
    assert (False, True) == ("PK202" in old.off, "PK204" in old.off)


def test_the_nearest_config_holds(tmp_path: Path) -> None:
    """From the folder of the file upwards; of two in one folder, ours; a pyproject that says
    nothing of us is passed by.
    """
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert nearest_config(inner) is None
    _written(tmp_path, '[tool.protocolkit]\nprofile = "paper"\n', "pyproject.toml")
    _written(inner, '[project]\nname = "protocolkit-rules"\n', "pyproject.toml")
    assert "paper" == settings_for(inner / "it.yaml").profile
    _written(inner, '[tool.x]\nname = "protocolkit"\n', "pyproject.toml")
    assert "paper" == settings_for(inner / "it.yaml").profile
    _written(inner, "[tool.x]\n", "pyproject.toml")
    assert "paper" == settings_for(inner / "it.yaml").profile
    _written(tmp_path / "a", 'profile = "strict"\n')
    assert "strict" == settings_for(inner / "it.yaml").profile
    _written(tmp_path, 'profile = "minimal"\n')
    assert "minimal" == settings_for(tmp_path / "it.yaml").profile
    assert "standard" == settings_for(tmp_path / "it.yaml", "standard").profile


FAULTY = [
    ('profil = "strict"', "1:1: There is no key `profil`; did you mean `profile`?"),
    ('\nprofile = "strikt"', "2:1: There is no profile `strikt`; did you mean `strict`?"),
    ("profile = 3", "1:1: There is no profile `3`; which checks run: `minimal`, "),
    ('select = "PK501"', '1:1: `select` takes a list of checks to run as well, such as ["'),
    ('select = [\n "PK999",\n]', "2:2: There is no check `PK999`; "),
    ('select = ["dead-ends"]', "1:11: There is no check `dead-ends`; did you mean `dead-end`?"),
    ("select = [501]", "1:11: There is no check `501`; write a code such as `PK102`, or"),
    ('ignore = ["PK102", "PK00"]', "1:20: PK001 cannot be left out: the file could not be"),
    ('ignore = ["PK203"]', "1:11: `PK203` is found by `protocolkit verify`, and nothing hides"),
    ('[severity]\nPK204 = "bad"', "2:1: `bad` is no severity; use error, warning or advice."),
    ('severity = {PK999 = "error"}', "1:13: There is no check `PK999`; "),
    ('severity = "error"', "1:1: `severity` takes a table: a check, and `error`, "),
    ("[thresholds]\nPK204 = 3", "2:1: `PK204` compares with no number; checks that do: "),
    ("thresholds = 3", "1:1: `thresholds` takes a table: a check, and the number "),
    ("files = 3", "1:1: `files` takes a table: a pattern of file names, "),
    ('[files]\n"a*" = 3', "2:1: `a*` takes a table of keys."),
    ('[files."a*"]\nfiles = {}', "2:1: There is no key `files`; "),
    ('[files."a*"]\nselct = []', "2:1: There is no key `selct`; did you mean `select`?"),
    ("profile = ", "1:11: This is not TOML: invalid value."),
    ("a = [PK105]", "1:6: This is not TOML: invalid value. Words stand in quotes, such as "),
    ("a = [1", "1:7: This is not TOML: "),
]


@pytest.mark.parametrize(("text", "expected"), FAULTY)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    """Line and column, what is wrong, and what was probably meant."""
    (line,) = _faults(tmp_path, text)
    assert f"protocolkit.toml:{expected}" == line[: len(expected) + 17]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """From top to bottom; in a pyproject too, whose other tables are not ours."""
    text = '[tool.other]\nx = 1\n[tool.protocolkit]\nselect = ["PK999"]\nprofil = 1\n'
    places = [line.split(": ")[0] for line in _faults(tmp_path, text, "pyproject.toml")]
    assert ["pyproject.toml:4:11", "pyproject.toml:5:1"] == places


def test_a_key_of_very_many_parts(tmp_path: Path) -> None:
    """It is told like any other that does not exist; only its first parts are looked up. One of
    thousands is not even read.
    """
    (line,) = _faults(tmp_path, ".".join("a" * 1_000) + " = 1")
    assert line.startswith("protocolkit.toml:1:1: There is no key `a`; ")
    (line,) = _faults(tmp_path, ".".join("a" * 10_000) + " = 1")
    assert "protocolkit.toml:1:1: This file is nested too deep." == line
    assert 20 == max(map(len, toml_places(".".join("a" * 100) + " = 1")))


def test_of_very_many_faults_some_are_told(tmp_path: Path) -> None:
    """Nobody mends fifty at once."""
    lines = _faults(tmp_path, "select = [" + '"PK999", ' * 1_000 + "]")
    assert (51, "There may be more; they are not listed.") == (len(lines), lines[-1])


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Are told as such."""
    file = tmp_path / "protocolkit.toml"
    file.write_bytes(b"profile = \xff")
    with pytest.raises(UsageError, match="1:1: This file is not saved as UTF-8."):
        read(file)
    file.write_bytes(b"# protocolkit\n" * 200_000)
    with pytest.raises(UsageError, match="1:1: This file is larger than 2,000,000 bytes."):
        read(file)
    file.write_bytes(b"a = " + b"9" * 9_999)
    with pytest.raises(UsageError, match="1:1: A number in this file has too many digits."):
        read(file)
    file.write_bytes(b"a = " + b"[" * 100_000)
    with pytest.raises(UsageError, match="1:1: This file is nested too deep."):
        read(file)
    file.write_bytes(b'\xef\xbb\xbfprofile = "strict"\r\nselect = ["PK501"]\r\n')
    assert "strict" == settings_for(tmp_path / "it.yaml").profile


def test_a_number_can_be_chosen(tmp_path: Path) -> None:
    """For each check that compares with one; it must be a whole number."""
    for code, number in NUMBERS.items():
        _written(tmp_path, f"[thresholds]\n{code} = {number + 1}\n")
        assert {code: number + 1} == settings_for(tmp_path / "it.yaml").thresholds
        for bad in ("true", "-1", '"3"', "1.5"):
            (line,) = _faults(tmp_path, f"[thresholds]\n{code} = {bad}\n")
            assert f"2:1: `{code}` needs a whole number." in line


def test_what_check_finds_can_be_named() -> None:
    """Every code but those that only a search finds."""
    assert {page.code for page in JUDGED} == {page.code for page in ALL} - ONLY_PROVED
    assert "PK203" in ONLY_PROVED


# -- the schema --------------------------------------------------------------------------

WORDS = st.sampled_from(["PK", "PK0", "PK00", "PK001", "PK004", "PK2", "PK203", "PK204", "PK811"])
CODES = WORDS | st.sampled_from(["dead-end", "dead-move", "PK99", "pk204", "PK2040", "x"])
ASKED = {
    "profile": st.sampled_from([*PROFILES, "none", 3]),
    "select": st.lists(CODES | st.just(3), max_size=2) | st.just("PK2"),
    "ignore": st.lists(CODES, max_size=2),
    "severity": st.dictionaries(CODES, st.sampled_from([*SEVERITIES, "bad", 1]), max_size=2),
    "thresholds": st.dictionaries(CODES, st.sampled_from([0, 3, -1, True, "3"]), max_size=2),
    "else": st.just(1),
}
TABLES = st.fixed_dictionaries({}, optional=ASKED)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(key)} = {_toml(it)}" for key, it in value.items()) + "}"
        )
    return json.dumps(value)


@given(TABLES, st.dictionaries(st.just("a*"), TABLES | st.just(3), max_size=1))
def test_reader_and_schema_agree(wishes: dict[str, Any], files: dict[str, Any]) -> None:
    """An editor that goes by the schema marks what we refuse, and nothing else."""
    whole = {**wishes, "files": files}
    text = "\n".join(f"{key} = {_toml(value)}" for key, value in whole.items())
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder), text)
        try:
            is_read = read(file) is not None
        except UsageError:
            is_read = False
    assert SCHEMA.is_valid(tomllib.loads(text)) == is_read


def test_the_schema_refuses_what_is_no_config() -> None:
    """The faults of the other tests, as far as they are TOML."""
    for text, said in FAULTY:
        if "not TOML" in said:
            continue
        assert not SCHEMA.is_valid(tomllib.loads(text)), text


# -- places in TOML ----------------------------------------------------------------------

BARE = st.text("abcXYZ019_-", min_size=1, max_size=5)
KEYS = BARE | st.sampled_from(["a.b", "", "x y", 'q"', "#", "é", "]", "=", "'"])
LEAVES = st.integers(-9, 9) | st.booleans() | st.text("ab'\"\\#]},\n= ", max_size=6)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def _key(key: str, draw: Any) -> str:
    if key and all(sign.isascii() and (sign.isalnum() or sign in "_-") for sign in key):
        return key if draw(st.booleans()) else f"'{key}'"
    return _string(key)


def _string(text: str) -> str:
    return '"' + "".join(f"\\u{ord(sign):04x}" if sign in '"\\\n' else sign for sign in text) + '"'


def _value(value: object, draw: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        gap = draw(st.sampled_from(["", " ", "\n  ", " # ] x\n"]))
        return f"[{gap}{''.join(f'{_value(one, draw)},{gap}' for one in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_key(key, draw)} = {_value(one, draw)}" for key, one in value.items())
        return "{" + ", ".join(pairs) + "}"
    assert isinstance(value, str)
    quoted = [_string(value)]
    if not set(value) & set("'\n"):
        quoted.append(f"'{value}'")
    if "'''" not in value and not value.startswith("\n"):
        quoted.append(f"'''{value}'''")
    if "\\" not in value and '"""' not in value and not value.startswith("\n"):
        quoted.append(f'"""{value}"""')
    return str(draw(st.sampled_from(quoted)))


@st.composite
def _tomls(draw: Any) -> str:
    """TOML in many ways of writing: tables, lists of tables, keys with parts, comments."""
    lines = []
    for key, value in draw(st.dictionaries(KEYS, VALUES, max_size=4)).items():
        lines.append(f"{_key(key, draw)} = {_value(value, draw)}")
        lines.append(draw(st.sampled_from(["", "# [x] = 'y", "  "])))
    for number, (key, table) in enumerate(
        draw(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=3)).items()
    ):
        head = f"t{number} . {_key(key, draw)}"
        several = draw(st.booleans())
        for _ in range(draw(st.integers(1, 2)) if several else 1):
            lines.append(f"[[ {head} ]] # x" if several else f"  [{head}]")
            lines += [f"  {_key(name, draw)}={_value(one, draw)}" for name, one in table.items()]
    return "\n".join(lines)


def _paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _paths(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _paths(one, (*path, number))


@given(_tomls())
def test_everything_in_a_toml_text_has_its_place(text: str) -> None:
    """Exactly the keys and items that Python reads; and what stands at the place of a key is it."""
    places = toml_places(text)
    assert set(_paths(tomllib.loads(text))) == set(places)
    lines = text.split("\n")
    for path, (line, column) in places.items():
        rest = lines[line - 1][column - 1 :]
        assert rest
        if isinstance(path[-1], str) and path[-1].isalnum() and path[-1].isascii():
            assert rest.startswith((path[-1], f"'{path[-1]}'"))
