"""Secrets that Penny makes for herself: 0600 files in the home folder, made once."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from learning.errors import BadTranscripts


def secret_file(path: Path, fresh: str) -> str:
    """The text of ``path``; when there is none, it is made with ``fresh``, readable by us only.

    Two processes that start together end with the same secret.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8")


def pseudonym_key(folder: Path) -> bytes:
    """The key of the conversation pseudonyms; without it nobody can tie them to people."""
    return bytes.fromhex(secret_file(folder / "pseudonym.key", secrets.token_hex(32)).strip())


def local_store_identity(folder: Path) -> Path:
    """The local object store's key file (its ``-s3.config``), made on first use."""
    path = folder / "s3.json"
    identity = {
        "name": "penny",
        "credentials": [
            {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_urlsafe(32)}
        ],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    secret_file(path, json.dumps({"identities": [identity]}, indent=2) + "\n")
    return path


def local_store_encryption_key(folder: Path) -> str:
    """The local object store's encryption key (``WEED_S3_SSE_KEY``), 64 hexadecimal digits."""
    return secret_file(folder / "sse.key", secrets.token_hex(32)).strip()


def local_store_credentials(folder: Path) -> tuple[str, str] | None:
    """Access key and secret of the local object store, None when it was never set up."""
    path = folder / "s3.json"
    if not path.exists():
        return None
    try:
        pair = json.loads(path.read_text(encoding="utf-8"))["identities"][0]["credentials"][0]
        return pair["accessKey"], pair["secretKey"]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as err:
        raise BadTranscripts(f"The object store's key file {path} is damaged.") from err
