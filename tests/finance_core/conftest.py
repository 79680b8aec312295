"""Every test of the ledger runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from finance_core.enrich.classifier import CategoryModel, load_or_train
from finance_core.services.core import Core, open_core
from finance_core.settings import CoreSettings
from finance_core.store import database

_UNPRIVILEGED = "nobody"
_START_SECONDS = 30


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL server of this test session, reached through a socket."""

    sockets: Path

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.sockets}"

    def run(self, statement: str, name: str = "postgres") -> None:
        with psycopg.connect(
            host=str(self.sockets), user="postgres", dbname=name, autocommit=True
        ) as admin:
            admin.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """PostgreSQL out of the pgserver wheel, on data that is thrown away.

    PostgreSQL refuses to run as root, so root starts it as ``nobody``, from a copy of the
    wheel where the original lies in a folder that only root may enter.
    """
    home = Path(tempfile.mkdtemp(prefix="penny-pg-"))
    account = pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else None
    drop = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    if account:
        os.chown(home, account.pw_uid, account.pw_gid)
    programs = _programs(home, drop)
    data = home / "data"
    subprocess.run(
        [
            *(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"),
            *("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
        check=True,
        capture_output=True,
        cwd=home,
        **drop,
    )
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(programs / "postgres", "-D", data, "-k", home, "-c", "listen_addresses="),
                *("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"),
            ],
            stdout=log,
            stderr=log,
            cwd=home,
            **drop,
        )
    try:
        _wait_until_ready(home, server)
        yield PostgresServer(home)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(_START_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def _programs(home: Path, drop: dict) -> Path:
    package = Path(importlib.util.find_spec("pgserver").submodule_search_locations[0])
    programs = package / "pginstall" / "bin"
    try:
        subprocess.run([programs / "postgres", "-V"], check=True, capture_output=True, **drop)
        return programs
    except PermissionError:
        for part in (package, package.with_name("pgserver.libs")):
            shutil.copytree(part, home / part.name)
        return home / package.name / "pginstall" / "bin"


def _wait_until_ready(home: Path, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(home), user="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((home / "log").read_text()) from None
            time.sleep(0.05)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "penny.db"
    database.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> str:
    """A migrated PostgreSQL database that every test leaves empty."""
    postgres.run("CREATE DATABASE penny")
    database.upgrade(postgres.url("penny"))
    return "penny"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return request.param


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, without any tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"penny_{uuid4().hex}"
    server.run(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without any rows."""
    if backend == "sqlite":
        path = tmp_path / "penny.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = request.getfixturevalue("postgres_database")
    yield server.url(name)
    for table in ("people", "deletions", "deletion_receipts", "spent_assertions"):
        server.run(f"DELETE FROM {table}", name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> CoreSettings:
    """Settings of a Penny of its own."""
    return CoreSettings(home=tmp_path / "home", database_url=database_url, bank_attempts=1)


@pytest.fixture(scope="session")
def category_model(tmp_path_factory: pytest.TempPathFactory) -> CategoryModel:
    """The classifier, trained once."""
    return load_or_train(tmp_path_factory.mktemp("models"))


@pytest.fixture
def reopen(settings: CoreSettings, category_model: CategoryModel) -> Iterator[Callable[[], Core]]:
    """Opens the same Penny again, as another process or after a restart would."""
    opened: list[Core] = []

    def again() -> Core:
        opened.append(open_core(settings, httpx.Client(verify=False)))  # loads no certificates
        opened[-1].models["categories"] = category_model
        return opened[-1]

    yield again
    for core in opened:
        core.close()


@pytest.fixture
def core(reopen: Callable[[], Core]) -> Core:
    """An open Penny with an empty ledger."""
    return reopen()
