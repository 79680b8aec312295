"""Tokens of a host application: which are believed, and which are not."""

import base64
import hmac
import json
import time
import warnings
from functools import partial
from pathlib import Path

import pytest
from joserfc import jwk

from channels import assertions
from channels.assertions import Assertions, HostKeys
from channels.problems import Problem
from finance_core.errors import NotSignedIn
from finance_core.services import identities, people
from tests.channels.host_application import AUDIENCE, ISSUER, HostApplication

URL = "https://bank.example/jwks"


@pytest.fixture(scope="session")
def host_keys() -> HostApplication:
    return HostApplication()  # an RSA key takes its time


@pytest.fixture
def host(host_keys: HostApplication) -> HostApplication:
    host_keys.published = [host_keys.rsa, host_keys.ec]
    host_keys.fetched, host_keys.broken = 0, None
    return host_keys


@pytest.fixture
def believe(core, settings, host: HostApplication, ada):
    """Takes a token; Ada is the host's customer-7."""
    identities.link(core, ada[0], ISSUER, "customer-7")
    named = settings.model_copy(update={"host_issuer": ISSUER, "host_audience": AUDIENCE})
    return partial(_person, Assertions(named, core, HostKeys(URL, host.client())))


async def _person(taken: Assertions, token: str) -> str:
    return (await taken.person(token)).name


async def test_both_kinds_of_keys_are_believed(believe, host):
    assert await believe(host.token()) == "Ada"
    assert await believe(host.token(host.ec)) == "Ada"
    assert await believe(host.token(aud=["other", AUDIENCE])) == "Ada"
    assert host.fetched == 1  # the keys are kept


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"iss": [ISSUER]},
        {"aud": "other"}, {"aud": None}, {"aud": []}, {"aud": 7},
        {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 300}, {"sub": "a\x00b"},
        {"jti": None}, {"jti": ""}, {"jti": "x" * 300}, {"jti": ["a"]},
        {"exp": None}, {"exp": 1}, {"exp": "tomorrow"}, {"exp": float("nan")},
        {"exp": time.time() - 60},
        {"iat": None}, {"iat": "now"}, {"iat": time.time() + 600}, {"iat": 0},
        {"iat": time.time() - 900, "exp": time.time() + 900_000},
        {"nbf": time.time() + 600}, {"nbf": "x"},
    ],
)  # fmt: skip
async def test_claims_that_are_wrong_or_missing(believe, host, claims):
    with pytest.raises(Problem) as refused:
        await believe(host.token(**claims))
    assert refused.value.status == 401


async def test_clocks_may_differ_a_little(believe, host):
    now = time.time()
    assert await believe(host.token(exp=now - 10, iat=now - 100)) == "Ada"
    assert await believe(host.token(iat=now + 10, nbf=now + 10)) == "Ada"


async def test_an_end_far_away_or_endless_does_not_matter(believe, host):
    assert await believe(host.token(exp=1e300)) == "Ada"


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(host: HostApplication, header: dict) -> str:
    return ".".join([part(header), *host.token().split(".")[1:]])


async def test_algorithms_cannot_be_confused(believe, host):
    """What is signed with the public key as a shared secret, or not at all."""
    public = host.rsa.as_pem(private=False)
    head = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{host.token().split('.')[1]}"
    signature = hmac.digest(public, head.encode(), "sha256")
    confused = f"{head}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    unsigned = f"{part({'alg': 'none', 'kid': 'rsa'})}.{host.token().split('.')[1]}."
    tokens = [
        confused,
        host.token(host.rsa, {"alg": "RS512"}),
        unsigned,
        forged(host, {"alg": "ES256", "kid": "rsa"}),
        forged(host, {"alg": "RS256", "kid": "ec"}),
        forged(host, {"kid": "rsa"}),
        forged(host, {"alg": ["RS256"], "kid": "rsa"}),
        forged(host, {"alg": "RS256", "kid": {"a": 1}}),
    ]
    for token in tokens:
        with pytest.raises(Problem) as refused:
            await believe(token)
        assert refused.value.status == 401


async def test_what_a_header_says_about_keys_is_not_believed(believe, host):
    own = jwk.RSAKey.generate_key(2048, {"kid": "rsa"})
    for extra in ({}, {"jwk": own.as_dict(private=False)}, {"jku": "https://evil.example/jwks"}):
        with pytest.raises(Problem):
            await believe(host.token(own, extra))


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "..", "x" * 9_000, "é.é.é", "a.b.c.d.e"])
async def test_what_is_no_token(believe, text):
    with pytest.raises(Problem) as refused:
        await believe(text)
    assert refused.value.status == 401


async def test_a_token_changed_on_its_way(believe, host):
    head, body, signature = host.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    for token in (
        f"{head}.{part({**claims, 'sub': 'customer-8'})}.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
    ):
        with pytest.raises(Problem):
            await believe(token)


async def test_a_token_is_good_once_also_after_a_restart(believe, core, host, settings):
    token = host.token()
    assert await believe(token) == "Ada"
    with pytest.raises(NotSignedIn, match="used already"):
        await believe(token)
    named = settings.model_copy(update={"host_issuer": ISSUER, "host_audience": AUDIENCE})
    again = Assertions(named, core, HostKeys(URL, host.client()))
    with pytest.raises(NotSignedIn):
        await again.person(token)


async def test_a_new_key_is_fetched_but_not_for_everybody_who_names_one(believe, host, monkeypatch):
    await believe(host.token())
    late = jwk.ECKey.generate_key("P-256", {"kid": "late"})
    host.published = [late]
    for _ in range(5):  # just fetched: not again
        with pytest.raises(Problem):
            await believe(host.token(late))
    assert host.fetched == 1
    monkeypatch.setattr(assertions, "_KEYS_AGAIN_AFTER", -1.0)
    assert await believe(host.token(late)) == "Ada"
    assert host.fetched == 2
    with pytest.raises(Problem):  # the old one is not there any more
        await believe(host.token())


@pytest.mark.parametrize("trouble", ["down", "huge", "redirect", "html"])
async def test_without_keys_nobody_is_let_in(believe, host, trouble):
    host.broken = trouble
    with pytest.raises(Problem) as refused:
        await believe(host.token())
    assert refused.value.status == 503


async def test_keys_that_were_there_outlive_a_fault(believe, host, monkeypatch):
    await believe(host.token())
    monkeypatch.setattr(assertions, "_KEYS_AGAIN_AFTER", -1.0)
    monkeypatch.setattr(assertions, "_KEYS_LAST", -1.0)
    host.broken = "down"
    assert await believe(host.token()) == "Ada"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_keys_of_other_kinds_are_left_out(believe, host):
    with warnings.catch_warnings(action="ignore"):
        weak = jwk.RSAKey.generate_key(1024, {"kid": "weak"})
    other = jwk.ECKey.generate_key("P-384", {"kid": "other"})
    sealing = {**host.ec.as_dict(private=False), "kid": "sealing", "use": "enc"}
    host.published = [weak, other, sealing, {"kty": "oct", "k": "AAAA", "kid": "shared"}, {"x": 1},
                      host.rsa]  # fmt: skip
    for kid, key in (("weak", weak), ("sealing", host.ec)):
        with pytest.raises(Problem):
            await believe(host.token(key, {"kid": kid}))
    assert await believe(host.token()) == "Ada"


async def test_the_keys_may_lie_in_a_file(core, settings, host, ada, tmp_path: Path):
    identities.link(core, ada[0], ISSUER, "customer-7")
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [host.rsa.as_dict(private=False)]}))
    named = settings.model_copy(
        update={"host_issuer": ISSUER, "host_audience": AUDIENCE, "host_jwks_file": path}
    )
    taken = Assertions.configured(named, core, host.client())
    assert (await taken.person(host.token())).name == "Ada"
    assert host.fetched == 0
    assert Assertions.configured(settings, core, host.client()) is None


async def test_strangers_are_let_in_only_where_that_is_wanted(core, settings, host, ada):
    named = settings.model_copy(update={"host_issuer": ISSUER, "host_audience": AUDIENCE})
    keys = HostKeys(URL, host.client())
    with pytest.raises(Problem) as refused:
        await Assertions(named, core, keys).person(host.token(name="Eve"))
    assert refused.value.status == 403
    creating = named.model_copy(update={"host_creates_people": True})
    taken = Assertions(creating, core, keys)
    eve = await taken.person(host.token(name="Eve", zoneinfo="Europe/London", currency="GBP"))
    assert (eve.name, eve.timezone, eve.currency) == ("Eve", "Europe/London", "GBP")
    assert (await taken.person(host.token(name="Eve"))).id == eve.id
    for claims in ({}, {"name": 7}, {"name": ["Eve"]}):
        with pytest.raises(Problem):
            await taken.person(host.token(sub="other", **claims))


async def test_a_namesake_from_the_host_is_somebody_else(core, settings, host, ada):
    """Nobody becomes Ada by being called Ada."""
    named = settings.model_copy(
        update={"host_issuer": ISSUER, "host_audience": AUDIENCE, "host_creates_people": True}
    )
    taken = Assertions(named, core, HostKeys(URL, host.client()))
    first = await taken.person(host.token(sub="a", name="Ada"))
    second = await taken.person(host.token(sub="b", name="ada"))
    assert len({ada[0], first.id, second.id}) == 3
    assert people.by_name(core, "Ada").id == ada[0]
