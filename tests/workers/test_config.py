"""The file that names the channels: what it may say, and what is said of what it may not."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from protocolkit.bundled import bundled
from protocolkit.ground.errors import UsageError
from protocolkit.workers.channels import serves
from protocolkit.workers.config import read, schema
from protocolkit.workers.mailing import Mailing
from protocolkit.workers.webhook import Webhook
from tests.workers.harness import SECRET, notice

# A module that Apprise looks for, in case an old library needs it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

GOOD = """\
link = "https://cases.example.org/c/"

[[channel]]
name = "pager"
kind = "webhook"
url = "https://pager.example.org/notices"
secret_file = "pager.secret"
roles = ["supervisor"]

[[channel]]
name = "mail"
kind = "apprise"
secret_env = "MAIL"
"""
HOOK = GOOD[: GOOD.index('\n[[channel]]\nname = "mail"')]
ENVIRONMENT = {"MAIL": "json://localhost/x"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the config is, with a secret beside it."""
    (tmp_path / "pager.secret").write_text(f"{SECRET}\n")
    return tmp_path / "worker.toml"


def test_what_it_says(file: Path) -> None:
    """Its channels are ready, each with the roles that it serves."""
    file.write_text(GOOD)
    pager, mail = read(str(file), ENVIRONMENT).channels
    assert isinstance(pager, Webhook)
    assert isinstance(mail, Mailing)
    assert ["pager", "mail"] == [pager.name, mail.name]
    judge = notice(role="judge")
    assert [True, False, True] == [
        serves(pager, notice()),
        serves(pager, judge),
        serves(mail, judge),
    ]


def test_the_example_of_the_page_is_good() -> None:
    """What docs/operating.md shows can be copied."""
    page = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert not list(Draft202012Validator(schema()).iter_errors(tomllib.loads(example)))


def test_the_schema_is_sound_and_published() -> None:
    """It is what stands in schemas/, and takes what the reader takes."""
    Draft202012Validator.check_schema(schema())
    published = bundled("schemas", "work.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == schema()
    assert not list(Draft202012Validator(schema()).iter_errors(tomllib.loads(GOOD)))


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ('kind = "webhook"', 'kind = "pigeon"', ":5: `kind` must be one of: webhook, apprise."),
        ('kind = "webhook"\n', "", ":3: `kind` must be one of: webhook, apprise."),
        ('name = "pager"\n', "", ":3: `name` is missing."),
        ('name = "pager"', "name = 7", ":4: `name` is not right. What you call it"),
        ('name = "pager"', 'name = "A B"', ":4: `name` is not right."),
        ("url =", "ulr =", ":6: there is no `ulr` here; use one of"),
        ('url = "https', 'url = "http', ":6: `pager`: `url` must begin with https://"),
        ('"https://pager', '"https://u:p@pager', "has a name or a password in it"),
        ('secret_file = "pager.secret"\n', "", ":3: a channel has either `secret_file` or"),
        ("secret_file =", "secret =", ":7: `secret` must not stand here: this file is copied"),
        ("secret_file =", "password =", ":7: `password` must not stand here"),
        ("pager.secret", "none", ":7: "),
        ("secret_file =", "secret_env =", ":7: `secret_env` is not right."),
        ('"pager.secret"', '"worker.toml"', ":4: `pager`: the secret must be `whsec_`"),
        ('["supervisor"]', '"supervisor"', ":8: `roles` is not right. The roles whose notices"),
        ("link =", "lnik =", ":1: there is no `lnik` here; did you mean `link`?"),
        ('"https://cases', '"javascript:', ":1: `link` is not right."),
        ("[[channel]]", "[channel]", "`channel` is not right"),
        ("[[channel]]", "[[channels]]", ":3: there is no `channels` here"),
        ("roles =", 'ca_file = "none.pem"\nroles =', "`ca_file` cannot be read"),
        ("roles =", "roles", "this is not TOML: "),
        ('link = "', 'link = """', "this is not TOML: "),
        ("link =", "a.link =", ":1: there is no `a` here; use one of"),
        ('"pager.secret"', '"\\u0000"', ":7: "),
        ("roles =", 'ca_file = "\\u0000"\nroles =', "`ca_file` cannot be read"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(file: Path, was: str, now: str, message: str) -> None:
    """File, line, what it is and what to do; never the secret."""
    assert was in HOOK
    file.write_text(HOOK.replace(was, now))
    with pytest.raises(UsageError) as raised:
        read(str(file), {})
    assert f"{file}" in str(raised.value)
    assert message in str(raised.value)
    assert SECRET not in str(raised.value)


def test_channels_in_one_line(file: Path) -> None:
    """TOML has another way to write them; what is wrong is in that line."""
    file.write_text('link = "https://h/"\nchannel = [{name = "x", kind = "pigeon"}]\n')
    with pytest.raises(UsageError, match=":2: `kind` must be one of"):
        read(str(file), {})


def test_two_of_one_name(file: Path) -> None:
    """Who took a notice is remembered by name, so each has its own."""
    file.write_text(HOOK + HOOK.partition("\n\n")[2])
    with pytest.raises(UsageError, match=r":10: there are two channels `pager`."):
        read(str(file), {})


def test_nothing_to_send_to(file: Path) -> None:
    """A file without a channel was meant otherwise."""
    file.write_text("")
    with pytest.raises(UsageError, match="there is no ..channel.., so nothing would be sent"):
        read(str(file), {})


def test_the_environment_lacks_a_secret(file: Path) -> None:
    """An empty one counts as none."""
    file.write_text(GOOD)
    for environment in ({}, {"MAIL": " "}):
        with pytest.raises(UsageError, match=":13: the environment has no `MAIL`"):
            read(str(file), environment)


def test_apprise_does_not_know_the_address(file: Path) -> None:
    """It is not repeated: there may be a password in it."""
    file.write_text(GOOD)
    with pytest.raises(
        UsageError, match="`mail`: the address is none that Apprise knows"
    ) as raised:
        read(str(file), {"MAIL": "nonsense-secret"})
    assert "nonsense" not in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"a = " + b"[" * 100_000,
        b"#" * 1_000_001,
        b"a = " + b"9" * 5_000,
        b"link = 0x" + b"f" * 5_000,
    ],
)
def test_files_that_are_none(file: Path, content: bytes) -> None:
    """Other bytes, too deep, too long, a number that is too long."""
    file.write_bytes(content)
    with pytest.raises(UsageError, match=str(file)):
        read(str(file), {})


def test_a_byte_order_mark_is_taken(file: Path) -> None:
    """As some editors write it."""
    file.write_text("\ufeff" + GOOD, encoding="utf-8")
    (file.parent / "pager.secret").write_text(f"\ufeff{SECRET}\r\n", encoding="utf-8")
    assert 2 == len(read(str(file), ENVIRONMENT).channels)
