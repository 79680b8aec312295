"""The OAuth 2 rules of account linking, by Authlib: codes with PKCE, refresh, revocation.

Authlib knows the protocol (RFC 6749, 7636, 7009, 9700) and `finance_core.services.links` the
state; this module ties them together and knows no web framework. All of it blocks.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request, grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge

from finance_core.model import Person
from finance_core.services import links
from finance_core.services.core import Core
from finance_core.services.links import Client, Secret

__all__ = ["Asked", "LinkingServer", "OAuth2Error", "Outcome"]

_METHODS = ("client_secret_basic", "client_secret_post", "none")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer of the protocol: status, JSON body (or empty), headers."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A service's request for consent, checked.

    Attributes:
        client: who asks.
        redirect_uri: where the answer goes.
        scopes: what it wants to do.
    """

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]


class LinkingServer:
    """Answers services; people's pages are `channels.voice.linking`'s."""

    def __init__(self, core: Core) -> None:
        self._server = _Server(core)

    def asked(self, fields: Mapping[str, str]) -> Asked:
        """Reads a request for consent.

        Raises:
            OAuth2Error: it may not be granted; ``redirect_uri`` says where to tell it, and is
                empty where the service or its address is not known.
        """
        grant = self._grant(_request("GET", fields, {}))
        scopes = tuple(grant.request.scope.split())
        return Asked(grant.request.client.row, grant.redirect_uri, scopes)

    def _grant(self, request: _Request) -> Any:
        try:
            return self._server.get_consent_grant(request)
        except ValueError:  # Authlib cannot even quote what was sent
            raise InvalidRequestError("The request holds characters that it may not.") from None

    def answered(self, fields: Mapping[str, str], person: Person | None) -> Outcome:
        """The person's answer, back to the service: a code, or that they said no (None).

        Raises:
            OAuth2Error: see ``asked``.
        """
        request = _request("GET", fields, {})
        grant = self._grant(request)
        return self._server.create_authorization_response(request, person, grant)

    def token(self, fields: Mapping[str, str], headers: Mapping[str, str]) -> Outcome:
        """Tokens for a code or a refresh token."""
        return self._server.create_token_response(_request("POST", fields, headers))

    def revoke(self, fields: Mapping[str, str], headers: Mapping[str, str]) -> Outcome:
        """Ends the link of a token (RFC 7009)."""
        request = _request("POST", fields, headers)
        return self._server.create_endpoint_response("revocation", request)


class _Request(OAuth2Request):
    """A request whose fields were read already."""

    @property
    def form(self) -> Mapping[str, str]:
        return self.payload.data


def _request(method: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> _Request:
    # TLS ends in front of Penny, and the address is used for nothing but the check that it does
    request = _Request(method, "https://penny/", headers=dict(headers))
    request.payload = BasicOAuth2Payload(dict(fields))
    return request


class _Client:
    """A service in the shape that Authlib asks for (its ``ClientMixin``)."""

    def __init__(self, row: Client) -> None:
        self.row = row
        self.client_id = row.id

    def get_client_id(self) -> str:
        return self.row.id

    def get_default_redirect_uri(self) -> None:
        return None  # it has to be said

    def get_allowed_scope(self, scope: str | None) -> str:
        """What it may do of what it asks; all of it when it does not say."""
        wanted = (scope or "").split() or links.SCOPES
        return " ".join(one for one in links.SCOPES if one in wanted)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.row.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        return links.is_secret(self.row, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == (self.row.secret_hash is None)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


class _Held:
    """A code or refresh token in the shape that Authlib asks for."""

    def __init__(self, row: Secret) -> None:
        self.row = row
        self.code_challenge = row.challenge
        self.code_challenge_method = "S256"

    def get_redirect_uri(self) -> str | None:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return self.row.link.scope

    def check_client(self, client: _Client) -> bool:
        return self.row.link.client_id == client.client_id


class _Server(AuthorizationServer):
    """Authlib's server on our state."""

    def __init__(self, core: Core) -> None:
        super().__init__(scopes_supported=list(links.SCOPES))
        self.core = core
        self.register_token_generator("default", _tokens)
        self.register_grant(_CodeGrant, [_Challenge()])
        self.register_grant(_RefreshGrant)
        self.register_endpoint(_Revocation)

    def query_client(self, client_id: str) -> _Client | None:
        row = links.client(self.core, client_id)
        return None if row is None else _Client(row)

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        held: _Held = request.refresh_token or request.authorization_code
        links.issue(self.core, held.row.link, token["access_token"], token["refresh_token"])

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Outcome:
        return Outcome(status, body, dict(headers))


def _tokens(*, scope: str | None = None, **_: Any) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "access_token": secrets.token_urlsafe(32),
        "expires_in": int(links.ACCESS_TTL.total_seconds()),
        "refresh_token": secrets.token_urlsafe(32),
        "scope": scope,
    }


class _CodeGrant(grants.AuthorizationCodeGrant):
    """Codes, used up as they are looked at: of two who show one, one gets tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def generate_authorization_code(self) -> str:
        """A new code, kept with all it stands for."""
        request = self.request
        return links.consent(
            self.server.core,
            request.user.id,
            request.client.client_id,
            request.scope,
            redirect_uri=request.payload.redirect_uri,
            challenge=request.payload.data.get("code_challenge"),
        )

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """It is kept already."""

    def query_authorization_code(self, code: str, client: _Client) -> _Held | None:
        row = links.redeem(self.server.core, "code", code, client.client_id)
        return None if row is None else _Held(row)

    def delete_authorization_code(self, authorization_code: _Held) -> None:
        """It is used up already; a used one is kept for a day to recognise a thief."""

    def authenticate_user(self, authorization_code: _Held) -> str:
        return authorization_code.row.link.person_id


class _Challenge(CodeChallenge):
    """PKCE with S256 alone; public clients have nothing else to prove themselves with."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        public = grant.request.client.row.secret_hash is None
        if public and not data.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        if data.get("code_challenge") and data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Unsupported 'code_challenge_method'")
        super().validate_code_challenge(grant, redirect_uri)


class _RefreshGrant(grants.RefreshTokenGrant):
    """Refresh tokens, each used once."""

    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> _Held | None:
        client_id = self.request.client.client_id
        row = links.redeem(self.server.core, "refresh", refresh_token, client_id)
        return None if row is None else _Held(row)

    def issue_token(self, user: str, refresh_token: _Held) -> dict[str, Any]:
        """The next pair; what the person consented to stays, whatever less is asked for."""
        return self.generate_token(user=user, scope=refresh_token.get_scope())

    def authenticate_user(self, refresh_token: _Held) -> str:
        return refresh_token.row.link.person_id

    def revoke_old_credential(self, refresh_token: _Held) -> None:
        """It is used up already."""


class _Revocation(RevocationEndpoint):
    """Revoking any token of a link ends the link."""

    CLIENT_AUTH_METHODS = _METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Held | None:
        row = links.find(self.server.core, token_string)
        return None if row is None else _Held(row)

    def revoke_token(self, token: _Held, request: OAuth2Request) -> None:
        links.unlink(self.server.core, token.row.link.id, channel=links.CHANNEL)
