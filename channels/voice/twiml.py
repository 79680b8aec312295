"""What Twilio is told to do (TwiML, "TwiML for Programmable Voice"), and whether it is Twilio."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring  # built here, never parsed

_PATIENCE = "6"  # seconds of silence until a caller is taken to say nothing


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """The signature Twilio puts on a request ("Validating Signatures from Twilio").

    Args:
        token: the account's auth token.
        url: the whole address it was sent to, as Twilio knows it.
        fields: the form's fields.
    """
    text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def is_twilios(shown: str, token: str, url: str, fields: Mapping[str, str]) -> bool:
    """Whether a request carries the right signature."""
    right = signature(token, url, fields)
    return hmac.compare_digest(shown.encode(errors="replace"), right.encode())


def listening(text: str, action: str, language: str, *, keys: bool = False) -> bytes:
    """Says something and listens for what comes back at ``action``.

    Args:
        text: what is said; the caller may speak into it.
        action: address of the next turn.
        language: language tag of both.
        keys: listen to the keypad alone, until the hash key.
    """
    response = Element("Response")
    heard: dict[str, str] = {"input": "dtmf", "finishOnKey": "#"} if keys else {
        "input": "speech dtmf", "speechTimeout": "auto", "language": language,
    }  # fmt: skip
    always = {"action": action, "method": "POST", "actionOnEmptyResult": "true",
              "timeout": _PATIENCE}  # fmt: skip
    gather = SubElement(response, "Gather", {**always, **heard})
    SubElement(gather, "Say", language=language).text = text
    return _encoded(response)


def hanging_up(text: str, language: str) -> bytes:
    """Says something and ends the call."""
    response = Element("Response")
    SubElement(response, "Say", language=language).text = text
    SubElement(response, "Hangup")
    return _encoded(response)


def waiting(action: str) -> bytes:
    """Waits a second and asks again for the same turn."""
    response = Element("Response")
    SubElement(response, "Pause", length="1")
    SubElement(response, "Redirect", method="POST").text = action
    return _encoded(response)


def _encoded(response: Element) -> bytes:
    return bytes(tostring(response, encoding="utf-8", xml_declaration=True))
