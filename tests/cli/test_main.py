"""Commands are found, or something helpful is said; nothing that goes wrong looks like a crash."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import types
from pathlib import Path

import pytest

from protocolkit import __version__, cli
from protocolkit.cli import COMMANDS, LATER, main
from protocolkit.cli.case import COMMANDS as CASE_COMMANDS
from protocolkit.cli.store import COMMANDS as STORE_COMMANDS
from tests.cli.conftest import Command
from tests.cli.harness import OUR_FAULT, ROOT, SITE_A, environment, process


def test_the_version_is_told(pk: Command) -> None:
    """`--version` says name and version, and nothing else."""
    ran = pk("--version")
    assert (0, f"protocolkit {__version__}\n", "") == (ran.code, ran.out, ran.err)


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("help",)])
def test_the_help_lists_every_command(pk: Command, words: tuple[str, ...]) -> None:
    """Each command with one line; asking for help is a success."""
    ran = pk(*words)
    assert (0, "") == (ran.code, ran.err)
    for name, summary in COMMANDS.items():
        assert f"{name}  " in ran.out
        assert summary in ran.out


def test_no_command_is_no_sense(pk: Command) -> None:
    """`protocolkit` alone shows the help, and ends with 2."""
    ran = pk()
    assert (2, pk("--help").out) == (ran.code, ran.out)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("case", "store")])
def test_every_command_has_help(pk: Command, name: str) -> None:
    """It starts with how to call it, on lines that fit a page, wherever `--help` stands."""
    ran = pk(name, "--help")
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith(f"usage: protocolkit {name} [-h]")
    assert 100 >= max(map(len, ran.out.splitlines()))
    assert ran == pk(name, "--nonsense", "-h")


@pytest.mark.parametrize("name", CASE_COMMANDS)
def test_every_command_on_cases_has_help(pk: Command, name: str) -> None:
    """And `case` itself lists them all."""
    ran = pk("case", name, "--help")
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith(f"usage: protocolkit case {name} [-h]")
    assert 100 >= max(map(len, ran.out.splitlines()))
    assert CASE_COMMANDS[name][1] in pk("case", "--help").out


@pytest.mark.parametrize("name", STORE_COMMANDS)
def test_every_command_on_stores_has_help(pk: Command, name: str) -> None:
    """And `store` itself lists them all."""
    ran = pk("store", name, "--help")
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith(f"usage: protocolkit store {name} [-h]")
    assert 100 >= max(map(len, ran.out.splitlines()))
    assert STORE_COMMANDS[name] in pk("store", "--help").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("chek",), "There is no command `chek`; did you mean `check`? There are: check, explain"),
        (("frobnicate",), "There is no command `frobnicate`. There are: check, explain"),
        (("--check",), "There is no command `--check`"),
        (
            ("case", "opne"),
            "There is no `case opne`; did you mean `open`? There are: open, adopt, do",
        ),
        (("case", "frobnicate"), "There is no `case frobnicate`. There are: open, adopt, do"),
        (("check", "a.yaml", "--formt", "json"), "Did you mean `--format`?\nSee `protocolkit ch"),
        (("check",), "missing: PATH\nSee `protocolkit check --help`."),
        (("explain",), "missing: CODE|TERM"),
        (("schema", "protocol", "more"), "`more` is one word too many."),
        (("check", SITE_A, "--format", "xml"), "there is no format `xml`; there are text, concise"),
        (("check", SITE_A, "--fixx"), "There is no option `--fixx`. Did you mean `--fix`?"),
        (("check", SITE_A, "--profile=all"), "invalid choice: 'all' (choose from "),
        (("draw", SITE_A, "-o", "a.svg", "--view", "lanes"), "the view `lanes` comes with a later"),
        (("draw", SITE_A, "-o", "a.mmd"), "files that end in .mmd come with a later release"),
        (("draw", SITE_A, "-o", "a.svg", "--case", "c-1"), "`--case` comes with a later release"),
        *(((name,), f"`{name}` comes with a later release. There are: check") for name in LATER),
    ],
)
def test_what_is_not_there_is_said(pk: Command, words: tuple[str, ...], says: str) -> None:
    """A wrong name gets the nearest right one; what is planned is not passed off as a mistake."""
    ran = pk(*words)
    assert (2, "") == (ran.code, ran.out)
    assert says in ran.err


SILLY = [
    (),
    ("",),
    ("-",),
    ("--",),
    ("-x",),
    ("case",),
    ("case", ""),
    ("case", "--", "open"),
    ("check", ""),
    ("check", "."),
    ("check", "no such file"),
    ("check", "--", "--format"),
    ("check", "-", "-"),
    ("check", "a" * 5000),
    ("check", "bytes.yaml"),
    ("check", "empty.yaml"),
    ("check", "empty.yaml", "--fail-on", "never"),
    ("draw",),
    ("draw", "empty.yaml", "-o", ""),
    ("draw", "empty.yaml", "-o", "x"),
    ("draw", "empty.yaml", "-o", "x.svg"),
    ("draw", SITE_A, "-o", "no/such/folder/x.dot"),
    ("draw", SITE_A, "-o", "x.dot", "--view", "\u202e"),
    ("explain", ""),
    ("explain", "PK999"),
    ("explain", "\x1b[31mred"),
    ("new",),
    ("new", "bytes.yaml", "--yes"),
    ("new", "there", "--yes", "--county", ""),
    ("new", "there", "--yes", "--zone", "Mars/Olympus"),
    ("new", "there", "--meet-every", "often"),
    ("case", "open", "empty.yaml", "--as", "u", "--role", "djo"),
    ("case", "open", SITE_A, "--as", "Jane Doe", "--role", "djo"),
    ("case", "open", SITE_A, "--as", "u", "--role", "queen"),
    ("case", "open", SITE_A, "--as", "u", "--role", "djo", "--clock", "yesterday"),
    ("case", "open", SITE_A, "--as", "u", "--role", "djo", "--db", "mysql://h/x"),
    ("case", "open", SITE_A, "--as", "u", "--role", "djo", "--db", "sqlite:////dev/null/x"),
    ("case", "open", SITE_A, "--as", "u", "--roster", "empty.yaml"),
    ("case", "open", SITE_A, "--as", "u", "--roster", "bytes.yaml"),
    ("case", "open", SITE_A, "--as", "u", "--role", "djo", "--fact", "certainty"),
    ("case", "open", SITE_A, "--as", "u", "--role", "djo", "--at", "2025-02-30 10:00"),
    ("case", "show", "c-1", "--db", "sqlite:///bytes.yaml"),
    ("case", "todo", "--db", ""),
    ("completion", "powershell"),
    ("verify",),
    ("verify", "empty.yaml"),
    ("verify", "bytes.yaml", "--format", "json"),
    ("verify", SITE_A, "--without", ""),
    ("verify", SITE_A, "--roster", "bytes.yaml"),
    ("verify", SITE_A, "--seconds", "nan"),
    ("verify", SITE_A, "--matrix", "no/such/folder/x.html"),
    ("verify", SITE_A, "--without", "supervisor", "--save-scenarios", "empty.yaml/x"),
]


@pytest.mark.parametrize("words", SILLY, ids=lambda words: " ".join(words)[:60] or "nothing")
def test_nothing_silly_looks_like_a_crash(
    pk: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Every input gets an answer in words, and one of the exit codes for what is no success."""
    (tmp_path / "empty.yaml").write_bytes(b"")
    (tmp_path / "bytes.yaml").write_bytes(bytes(range(256)))
    ran = pk(*words)
    assert ran.code in (1, 2, 3)
    said = ran.out + ran.err
    assert said.strip()
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_a_fault_of_ours_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken command ends with 3 and a line that does not blame the user; with
    PROTOCOLKIT_DEBUG=1 it shows everything."""

    def run(words: list[str], _screen: object) -> int:
        raise {"key": KeyError, "stop": KeyboardInterrupt}[words[0]]("oh")

    broken = types.ModuleType("protocolkit.cli.broken")
    broken.__dict__["run"] = run
    monkeypatch.setitem(sys.modules, "protocolkit.cli.broken", broken)
    monkeypatch.setattr(cli, "COMMANDS", {"broken": "always fails"})
    assert 3 == main(["broken", "key"])
    out, err = capsys.readouterr()
    assert ("", 1) == (out, err.count("\n"))
    assert f"protocolkit: {OUR_FAULT}, not yours (KeyError: 'oh')." in err
    monkeypatch.setenv("PROTOCOLKIT_DEBUG", "1")
    with pytest.raises(KeyError, match="oh"):
        main(["broken", "key"])
    assert 3 == main(["broken", "stop"])
    assert ("", "protocolkit: stopped.\n") == capsys.readouterr()


def test_python_m_is_the_same_command() -> None:
    """`python -m protocolkit` takes the words of the command line and gives its exit code."""
    ran = process("chek")
    assert 2 == ran.code
    assert "did you mean `check`?" in ran.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", "tests/checks/cases/PK204-dead-end/bad-two.yaml"), 1),
        (("schema",), 0),
        (("--help",), 0),
        (("case", "show", "c-1", "--help"), 0),
    ],
)
def test_a_reader_may_go_away(words: tuple[str, ...], code: int) -> None:
    """`protocolkit ... | head -1` is no fault: nothing on stderr, and the true exit code."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        ran = subprocess.run(
            [sys.executable, "-m", "protocolkit", *words],
            cwd=ROOT,
            env=environment(),
            stdout=pipe,
            stderr=subprocess.PIPE,
        )
    assert (code, b"") == (ran.returncode, ran.stderr)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """An answer that could not be written ends with 3, in one plain line."""
    full = Path("/dev/full")
    if not full.exists():  # not every system has a device that is always full
        full = tmp_path / "folder"
        full.mkdir()
        with pytest.raises(OSError, match="folder"):
            full.open("wb")
        return
    with full.open("wb") as device:
        ran = subprocess.run(
            [sys.executable, "-m", "protocolkit", "schema"],
            cwd=ROOT,
            env=environment(),
            stdout=device,
            stderr=subprocess.PIPE,
        )
    assert (3, b"protocolkit: No space left on device.\n") == (ran.returncode, ran.stderr)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_every_console_can_show_it(encoding: str, tmp_path: Path) -> None:
    """What an old console has no sign for becomes a question mark; nothing fails."""
    (tmp_path / "slip.yaml").write_text("jurisdiction: Łódź § 中\nid: x y\n", encoding="utf-8")
    ran = process(
        "check",
        "slip.yaml",
        cwd=tmp_path,
        env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    assert (1, "") == (ran.code, ran.err)
    assert "PK005" in ran.out


def test_colour_is_for_terminals_that_want_it(tmp_path: Path) -> None:
    """On a terminal findings are coloured, with NO_COLOR or into a file they are not."""
    (tmp_path / "slip.yaml").write_text("id: x\n", encoding="utf-8")

    def shown(env: dict[str, str]) -> bytes:
        ours, theirs = pty.openpty()
        with os.fdopen(theirs, "wb") as terminal:
            subprocess.run(
                [sys.executable, "-m", "protocolkit", "check", "slip.yaml"],
                cwd=tmp_path,
                env=environment({"TERM": "xterm", **env}),
                stdout=terminal,
                stderr=subprocess.DEVNULL,
            )
            terminal.flush()
            found = os.read(ours, 65536)
        os.close(ours)
        return found

    assert b"\x1b[1;31merror[PK005]" in shown({})
    assert b"\x1b" not in shown({"NO_COLOR": "1"})
    assert b"\x1b" not in shown({"TERM": "dumb"})
    assert "\x1b" not in process("check", "slip.yaml", cwd=tmp_path).out


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("120", 120), ("900", 120)])
def test_lines_fit_the_terminal(columns: str, widest: int, tmp_path: Path) -> None:
    """Text is folded at the width of the terminal, and never wider than one can read."""
    (tmp_path / "slip.yaml").write_text("id: x\n", encoding="utf-8")
    ran = process("check", "slip.yaml", cwd=tmp_path, env={"COLUMNS": columns})
    longest = max(map(len, ran.out.splitlines()))
    assert widest - 20 < longest <= widest
