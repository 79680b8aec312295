"""Passwords: what is kept, what is refused, and how guessers are slowed down."""

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from finance_core.errors import BadInput, NotFound, NotSignedIn, Refused, TooSoon
from finance_core.services import devices, passwords, people
from finance_core.services.attempts import Attempts
from finance_core.services.core import Core
from finance_core.store import audit, identities

GOOD = "plum-anchor-violet-93"
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(core: Core) -> Clock:
    clock = Clock()
    core.attempts = Attempts(clock)
    return clock


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of a hash is not what most of these tests are about."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)


def with_password(core: Core, name: str = "Ada") -> str:
    person, _ = people.add(core, name)
    passwords.assign(core, person.id, GOOD)
    return person.id


def kept(core: Core, person_id: str) -> str | None:
    with core.sessions() as session:
        return identities.password(session, person_id)


def device_of(core: Core, token: str) -> devices.Device:
    return devices.by_token(core, token)


def session(core: Core, person_id: str, opened_by: str = "password") -> devices.Device:
    token = devices.open_session(core, person_id, "web", opened_by, lasts=timedelta(days=1))
    return device_of(core, token)


def test_the_right_password_signs_in_whatever_the_case_of_the_name(core, clock):
    person_id = with_password(core)
    assert passwords.sign_in(core, " ADA ", GOOD, "a").id == person_id
    assert GOOD not in str(kept(core, person_id))


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ada", GOOD.upper()),
        ("Ada", ""),
        ("Bob", GOOD),
        ("nobody", GOOD),
        ("", ""),
        ("Ada", "x" * 256),
    ],
)
def test_whatever_is_wrong_is_said_in_the_same_words(core, clock, name, password):
    with_password(core)
    people.add(core, "Bob")  # has none
    with pytest.raises(NotSignedIn, match=r"^Name or password is wrong\.$"):
        passwords.sign_in(core, name, password, "a")


def test_an_unknown_name_costs_as_much_as_a_known_one(core, clock, monkeypatch):
    """Both verify one hash made with the same parameters: that is where the time goes."""
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):
            verified.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(1, 64, 1))
    with_password(core)
    for name in ("Ada", "nobody"):
        with pytest.raises(NotSignedIn):
            passwords.sign_in(core, name, "wrong", "a")
    assert verified == ["m=64,t=1,p=1"] * 2


def test_a_password_kept_with_other_parameters_is_made_anew(core, clock, monkeypatch):
    person_id = with_password(core)
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(2, 128, 1))
    passwords.sign_in(core, "Ada", GOOD, "a")
    assert "m=128,t=2,p=1" in str(kept(core, person_id))
    assert passwords.sign_in(core, "Ada", GOOD, "a").id == person_id


def test_the_parameters_in_force_are_owasps(monkeypatch):
    monkeypatch.undo()
    hasher = passwords._HASHER
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (47_104, 1, 1)
    assert hasher.hash("x").startswith("$argon2id$v=19$")


def test_pauses_double_up_to_a_quarter_of_an_hour(core, clock):
    with_password(core)
    pauses = []
    for guess in range(16):
        with pytest.raises(NotSignedIn):
            passwords.sign_in(core, "ada", f"guess {guess}", f"address {guess}")
        try:
            passwords.sign_in(core, "ada", f"guess {guess}", f"other {guess}")
        except TooSoon as error:
            pauses.append(error.seconds)
            clock.now += error.seconds
        except NotSignedIn:
            continue
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses[-1] == 900
    assert passwords.sign_in(core, "ada", GOOD, "x").name == "Ada"  # the right one, after a pause
    with pytest.raises(NotSignedIn, match="wrong"):
        passwords.sign_in(core, "ada", "wrong", "y")  # and all is forgiven


def test_a_name_that_nobody_has_is_slowed_down_the_same(core, clock):
    for _ in range(5):
        with pytest.raises(NotSignedIn, match="wrong"):
            passwords.sign_in(core, "nobody", "x", "a")
    with pytest.raises(TooSoon):
        passwords.sign_in(core, "nobody", "x", "b")


def test_one_address_cannot_try_many_names(core, clock):
    with_password(core)
    for number in range(20):
        with pytest.raises(NotSignedIn, match="wrong"):
            passwords.sign_in(core, f"name {number}", "x", "here")
    with pytest.raises(TooSoon):
        passwords.sign_in(core, "Ada", GOOD, "here")
    assert passwords.sign_in(core, "Ada", GOOD, "elsewhere").name == "Ada"


WEAK = (
    "short", "x" * 9, "password123", "qwertyuiop1", "1234567890123", "aaaaaaaaaaaa",
    "Ada Lovelace plum 9313", "penny penny penny", "x" * 257, "2026-03-02-01",
)  # fmt: skip


def test_weak_passwords_are_refused(core, clock):
    person, _ = people.add(core, "Ada Lovelace")
    for weak in WEAK:
        with pytest.raises(BadInput):
            passwords.assign(core, person.id, weak)
    assert kept(core, person.id) is None


def test_a_generated_password_is_good(core, clock):
    person, _ = people.add(core, "Ada")
    for _ in range(5):
        passwords.assign(core, person.id, passwords.generated())
    with pytest.raises(NotFound):
        passwords.assign(core, "0" * 32, GOOD)


def test_a_password_is_the_same_however_it_is_composed(core, clock):
    person, _ = people.add(core, "Ada")
    passwords.assign(core, person.id, "cafe\u0301-anchor-violet-93")
    assert passwords.sign_in(core, "Ada", "caf\u00e9-anchor-violet-93", "a") == person


def test_a_new_password_ends_the_other_sessions_and_names_who(core, clock):
    person, token = people.add(core, "Ada")
    passwords.assign(core, person.id, GOOD)
    mine, other = session(core, person.id), session(core, person.id)
    assert passwords.change(core, mine, GOOD, "quiet-marble-lantern-4", channel="web") == 1
    left = {one.id for one in devices.of_person(core, person.id)}
    assert left == {mine.id, device_of(core, token).id}
    assert other.id not in left
    assert passwords.sign_in(core, "Ada", "quiet-marble-lantern-4", "a") == person
    with pytest.raises(NotSignedIn):
        passwords.sign_in(core, "Ada", GOOD, "a")
    with core.sessions() as opened:
        last = [e for e in audit.entries(opened, person.id) if e.action == "password.set"][-1]
    assert (last.channel, last.details) == ("web", {"sessions_ended": 1})


@pytest.mark.parametrize("opened_by", ["password", "host", "demo", "embed"])
def test_only_a_token_shown_just_now_stands_in_for_the_old_password(core, clock, opened_by):
    person_id = with_password(core)
    with pytest.raises(Refused):
        passwords.change(core, session(core, person_id, opened_by), None, "quiet-marble-lantern-4")
    fresh = session(core, person_id, "token")
    later = replace(core, clock=lambda: fresh.opened_at + timedelta(minutes=11))
    with pytest.raises(Refused):
        passwords.change(later, fresh, None, "quiet-marble-lantern-4")
    passwords.change(core, fresh, None, "quiet-marble-lantern-4")


def test_a_first_password_needs_a_token_shown_just_now_too(core, clock):
    person, token = people.add(core, "Ada")
    with pytest.raises(Refused):  # whatever is said to have been the old one
        passwords.change(core, session(core, person.id, "host"), "anything", GOOD)
    passwords.change(core, device_of(core, token), None, GOOD)
    assert passwords.sign_in(core, "Ada", GOOD, "a") == person


def test_guessing_the_old_password_is_slowed_down(core, clock):
    mine = session(core, with_password(core))
    for _ in range(5):
        with pytest.raises(BadInput):
            passwords.change(core, mine, "wrong", "quiet-marble-lantern-4")
    with pytest.raises(TooSoon):
        passwords.change(core, mine, GOOD, "quiet-marble-lantern-4")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 2_000)), max_size=80))
def test_no_guesser_is_faster_than_the_pauses(tries):
    """However attempts are spread, a pause that was told is kept."""
    clock = Clock()
    attempts = Attempts(clock)
    closed: dict[str, float] = {}
    for key, seconds in tries:
        clock.now += seconds
        wait = attempts.wait(key, 3)
        if wait:
            closed[key] = clock.now + wait
        else:
            assert closed.get(key, 0.0) <= clock.now + 1e-6


def test_what_is_remembered_of_guessers_is_bounded():
    attempts = Attempts(Clock())
    for number in range(20_100):
        attempts.wait(number, 3)
    assert len(attempts._kept) == 20_000
