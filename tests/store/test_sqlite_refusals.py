"""Paths that cannot be a store: the error says what, where, and what to do."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from protocolkit.ground.errors import StoreError
from protocolkit.store.sqlite import SqliteStore
from protocolkit.store.sqlite_schema import MIGRATIONS


def run_sql(file: Path, *statements: str) -> None:
    """Do something to a database with another program's means."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


class TestRefusals:
    """A path that cannot be a store: what, where, what to do."""

    def refuse(self, path: Path, *said: str) -> None:
        """Opening fails in plain words."""
        with pytest.raises(StoreError) as caught:
            SqliteStore(path, patience=0.1)
        text = str(caught.value)
        assert [] == [words for words in (str(path), *said) if words not in text]

    def test_a_folder(self, tmp_path: Path) -> None:
        """A folder is named as such, with a file that would do."""
        self.refuse(tmp_path, "is a folder", str(tmp_path / "cases.db"))

    def test_no_such_folder(self, tmp_path: Path) -> None:
        """No folder is made on the way."""
        self.refuse(tmp_path / "no" / "cases.db", "there is no folder", "Make the folder first")
        assert [] == list(tmp_path.iterdir())

    def test_a_file_for_a_folder(self, file: Path) -> None:
        """A file has nothing in it."""
        file.touch()
        self.refuse(file / "x", "is not a folder")

    def test_a_pipe(self, file: Path) -> None:
        """What is no ordinary file is not waited for."""
        os.mkfifo(file)
        self.refuse(file, "not an ordinary file")

    def test_a_name_that_is_too_long(self, tmp_path: Path) -> None:
        """The system's own reason is passed on."""
        self.refuse(tmp_path / ("x" * 300), "cannot be made", "Name another file")

    def test_a_name_with_a_nul(self) -> None:
        """Such a name cannot even be asked for."""
        with pytest.raises(StoreError, match="cannot be made"):
            SqliteStore("a\0b")

    @pytest.mark.parametrize("content", [b"protocol: site-a\n" * 99, b"\0" * 5000, b"SQLite"])
    def test_another_kind_of_file(self, file: Path, content: bytes) -> None:
        """A text or a picture is left as it is."""
        file.write_bytes(content)
        self.refuse(file, "not a file of cases")
        assert content == file.read_bytes()

    def test_the_database_of_another_program(self, file: Path) -> None:
        """It is left as it is, to the byte."""
        run_sql(file, "CREATE TABLE bookmark (x)")
        content = file.read_bytes()
        self.refuse(file, "another program", "Nothing was changed")
        assert content == file.read_bytes()

    def test_a_newer_schema(self, file: Path) -> None:
        """What a later release made is not touched, and the error says which versions."""
        SqliteStore(file).close()
        run_sql(file, "INSERT INTO pk_schema VALUES (99)")
        content = file.read_bytes()
        self.refuse(file, "version 99", f"knows {len(MIGRATIONS)}", "Install the newer release")
        assert content == file.read_bytes()

    def test_a_read_only_folder(self) -> None:
        """Neither a new file nor one that is there can be used."""
        with _readable_by_all() as folder:
            file = folder / "old.db"
            SqliteStore(file).close()
            file.chmod(0o666)
            folder.chmod(0o555)
            with _nobody_special():
                self.refuse(folder / "new.db", "you may not write in the folder")
                self.refuse(file, "its folder")

    def test_a_read_only_file(self) -> None:
        """It is refused when it is opened, not when something is to be written."""
        with _readable_by_all() as folder:
            file = folder / "old.db"
            SqliteStore(file).close()
            file.chmod(0o444)
            folder.chmod(0o777)
            with _nobody_special():
                self.refuse(file, "may be read but not written")

    def test_a_file_for_others(self) -> None:
        """A file that one may not even read is refused."""
        with _readable_by_all() as folder:
            file = folder / "old.db"
            SqliteStore(file).close()
            folder.chmod(0o777)
            file.chmod(0o000)
            with _nobody_special():
                self.refuse(file, "cannot be opened")


@contextmanager
def _readable_by_all() -> Iterator[Path]:
    """A folder that others reach; pytest's own is for its owner alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            folder.chmod(0o755)


@contextmanager
def _nobody_special() -> Iterator[None]:
    """The rights of an ordinary user, also where the tests run as root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
