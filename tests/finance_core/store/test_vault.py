from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from finance_core.errors import BadInput
from finance_core.settings import CoreSettings
from finance_core.store.vault import KEY_FILE, Vault, open_vault

SECRET = '{"access_token": "access-7f3"}'


def test_what_is_sealed_opens_again_and_shows_nothing():
    vault = Vault(Fernet.generate_key().decode())
    sealed = vault.seal(SECRET)
    assert vault.open(sealed) == SECRET
    assert b"access" not in sealed
    assert vault.seal(SECRET) != sealed


def test_key_file_is_made_once_and_private(tmp_path):
    settings = CoreSettings(home=tmp_path)
    sealed = open_vault(settings).seal(SECRET)
    assert open_vault(settings).open(sealed) == SECRET
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    settings = CoreSettings(home=tmp_path)
    with ThreadPoolExecutor(16) as pool:
        vaults = list(pool.map(lambda _: open_vault(settings), range(16)))
    sealed = vaults[0].seal(SECRET)
    assert {vault.open(sealed) for vault in vaults} == {SECRET}


def test_key_of_the_settings_comes_first(tmp_path):
    key = Fernet.generate_key().decode()
    vault = open_vault(CoreSettings(home=tmp_path, secret_key=SecretStr(key)))
    assert Vault(key).open(vault.seal(SECRET)) == SECRET
    assert not (tmp_path / KEY_FILE).exists()


def test_wrong_key_says_what_to_do():
    sealed = Vault(Fernet.generate_key().decode()).seal(SECRET)
    with pytest.raises(BadInput, match="earlier key back"):
        Vault(Fernet.generate_key().decode()).open(sealed)


def test_altered_credentials_are_refused():
    vault = Vault(Fernet.generate_key().decode())
    sealed = bytearray(vault.seal(SECRET))
    sealed[-5] ^= 1
    with pytest.raises(BadInput):
        vault.open(bytes(sealed))


@pytest.mark.parametrize("key", ["", "short", "ä" * 44, "A" * 45])
def test_unusable_keys_are_refused_without_repeating_them(key):
    with pytest.raises(BadInput) as caught:
        Vault(key)
    assert not key or key not in str(caught.value)
