"""Keeping bank credentials unreadable at rest.

Fernet (AES-128-CBC with HMAC-SHA-256, github.com/fernet/spec) with one key: from
``PENNY_SECRET_KEY``, or from a file in the home folder that only its owner may read.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from finance_core.errors import BadInput
from finance_core.settings import CoreSettings

KEY_FILE = "secret.key"


class Vault:
    """Encrypts and decrypts credentials with one key.

    Args:
        key: 32 random bytes in URL-safe base64.

    Raises:
        BadInput: ``key`` does not have that form.
    """

    def __init__(self, key: str) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError as err:
            raise BadInput(
                "The secret key is not usable: it has to be 32 bytes in URL-safe base64."
            ) from err

    def seal(self, credentials: str) -> bytes:
        """Encrypts ``credentials``; the same text gives another result each time."""
        return self._fernet.encrypt(credentials.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypts what ``seal`` gave.

        Raises:
            BadInput: it was sealed with another key, or has been altered.
        """
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as err:
            raise BadInput(
                "I can't read the saved bank credentials with the secret key in use. "
                "Put the earlier key back, or connect the bank again."
            ) from err


def open_vault(settings: CoreSettings) -> Vault:
    """The vault of this home folder; its key file is made when there is no key yet.

    Raises:
        BadInput: the key cannot be used.
    """
    if settings.secret_key is not None:
        return Vault(settings.secret_key.get_secret_value())
    path = settings.home / KEY_FILE
    if not path.exists():
        _make(path)
    return Vault(path.read_text().strip())


def _make(path: Path) -> None:
    """Writes a fresh key, complete from the first moment others can see it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # a sibling was first: its key counts
            path.hardlink_to(draft)
    finally:
        draft.unlink()
