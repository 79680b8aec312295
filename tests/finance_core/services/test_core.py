from __future__ import annotations

import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from finance_core.errors import BadInput, BankRejected
from finance_core.services import people
from finance_core.services.core import Core, open_core
from finance_core.settings import CoreSettings


def test_a_first_start_makes_a_private_home_that_a_second_one_finds_again(tmp_path):
    home = tmp_path / "new" / "home"
    with open_core(CoreSettings(home=home)) as core:
        ada, token = people.add(core, "Ada")
    with open_core(CoreSettings(home=home)) as core:
        assert people.by_token(core, token) == ada
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "penny.db").stat().st_mode) == 0o600
    assert core.http.is_closed


def test_a_home_that_is_a_file_gives_a_sentence(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(BadInput, match="can't keep my data"):
        open_core(CoreSettings(home=tmp_path / "home"))


def test_an_unusable_key_stops_the_start(tmp_path):
    with pytest.raises(BadInput, match="secret key"):
        open_core(CoreSettings(home=tmp_path, secret_key=SecretStr("short")))


def test_a_model_is_loaded_once_whoever_asks_first(core: Core):
    loads = []

    def load() -> list[int]:
        time.sleep(0.02)
        loads.append(1)
        return loads

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: core.model("m", load), range(8)))
    assert loads == [1]
    assert all(model is loads for model in found)


def test_banks_come_from_the_registry(core: Core):
    assert core.connector("simplefin", None)
    with pytest.raises(BankRejected):
        core.payments("simplefin", None)
    with pytest.raises(BadInput):
        core.connector("carrier-pigeon", None)
