"""What a person gets who installs the package: everything, from the built file alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
BESIDE = ("protocols", "schemas")


def _run(*command: str | Path, cwd: Path) -> str:
    """The output of a command that knows nothing of this checkout."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ran = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def _build(source: Path, kind: str, into: Path) -> Path:
    """Build with the hatchling that is installed here: nothing is downloaded."""
    _run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", into, cwd=source)
    (built,) = into.iterdir()
    return built


def _files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def _needed(package: Distribution, extra: str = "") -> dict[str, Distribution]:
    """The packages that a package asks for, and those they ask for, as installed here.

    What only the extra asks for may be absent: not every system has a wheel of it.
    """
    found: dict[str, Distribution] = {}
    for line in package.requires or ():
        wanted = Requirement(line)
        always = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        if always or (wanted.marker and wanted.marker.evaluate({"extra": extra})):
            try:
                found[wanted.name] = distribution(wanted.name)
            except PackageNotFoundError:
                assert not always, f"{wanted.name} is needed, but not installed"
                continue
            found |= _needed(found[wanted.name])
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    return _build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment with the wheel and what it asks for, no more.

    The needed packages are copied from here, file by file, so that the test works without
    a network and still notices when the project uses a package it does not ask for.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(_run(python, "-c", ask, cwd=home).strip())
    with zipfile.ZipFile(wheel) as archive:
        inside = zipfile.Path(archive).iterdir()
        (metadata,) = (path for path in inside if path.name.endswith(".dist-info"))
        packages = _needed(PathDistribution(metadata), extra="render")
    for package in packages.values():
        for file in package.files or ():
            source, target = Path(str(file.locate())), site / file
            if source.is_file() and ".." not in file.parts:  # its programs are not needed
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
    pip = (sys.executable, "-m", "pip", "--python", python, "--isolated")
    _run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=home)
    _run(*pip, "check", cwd=home)
    return scripts


def test_the_wheel_holds_everything(wheel: Path) -> None:
    """Code, type marker, protocols and schemas are inside; tests and caches are not."""
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "protocolkit").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    } | {
        f"protocolkit/_bundled/{path.relative_to(ROOT).as_posix()}"
        for folder in BESIDE
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    inside = {name for name in _files(wheel) if ".dist-info/" not in name}
    assert expected == inside
    assert "protocolkit/py.typed" in inside


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """Who builds from the source archive gets the same files."""
    archive = _build(ROOT, "sdist", tmp_path / "sdist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    assert _files(wheel) == _files(_build(unpacked, "wheel", tmp_path / "wheel"))


def test_the_bundled_files_are_found(environment: Path, tmp_path: Path) -> None:
    """The installed package finds its protocols inside itself, not in a checkout."""
    ask = "from protocolkit.bundled import bundled; print(bundled('protocols'))"
    folder = Path(_run(environment / "python", "-c", ask, cwd=tmp_path).strip())
    assert (True, False) == (folder.is_dir(), folder.is_relative_to(ROOT))
    assert ("_bundled", "protocols") == folder.parts[-2:]


def test_the_demo_runs_from_an_empty_folder(environment: Path, tmp_path: Path) -> None:
    """After `pip install`, one command shows the whole path; it needs no file of the checkout."""
    assert str(ROOT) not in _run(environment / "protocolkit", "demo", cwd=tmp_path)
