"""Updates of a channel: kept once, until they are answered."""

from datetime import timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.services import inbox


def test_an_update_waits_until_it_is_answered(core):
    assert inbox.keep(core, "telegram", "1", {"text": "hello"})
    assert not inbox.keep(core, "telegram", "1", {"text": "something else"})
    assert inbox.keep(core, "other", "1", {"text": "elsewhere"})
    first = inbox.begin(core, "telegram", "1")
    assert first and (first.body, first.attempts, first.shown) == ({"text": "hello"}, 1, 0)
    inbox.show(core, "telegram", "1", 2)
    [left] = inbox.waiting(core, "telegram")
    assert (left.attempts, left.shown) == (1, 2)
    inbox.finish(core, "telegram", "1")
    assert inbox.waiting(core, "telegram") == []
    assert inbox.begin(core, "telegram", "1") is None
    assert not inbox.keep(core, "telegram", "1", {"text": "hello"}), "not answered again"


def test_ids_are_forgotten_when_they_cannot_come_again(core):
    inbox.keep(core, "telegram", "1", {})
    inbox.finish(core, "telegram", "1")
    inbox.keep(core, "telegram", "2", {})
    now = core.clock()
    core.clock = lambda: now + timedelta(days=4)
    assert [left.key for left in inbox.waiting(core, "telegram")] == ["2"]
    assert inbox.keep(core, "telegram", "1", {})
    assert not inbox.keep(core, "telegram", "2", {})


def test_what_was_never_kept_is_nobodys(core):
    assert inbox.begin(core, "telegram", "none") is None
    inbox.show(core, "telegram", "none", 1)
    inbox.finish(core, "telegram", "none")
    assert inbox.waiting(core, "telegram") == []


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
@given(
    steps=st.lists(st.tuples(st.sampled_from("kbf"), st.sampled_from("123")), max_size=25),
)
def test_nothing_is_lost_and_nothing_comes_back(core, steps):
    kept: set[str] = set()
    done: set[str] = set()
    channel = uuid4().hex
    for step, key in steps:
        if step == "k":
            assert inbox.keep(core, channel, key, {"key": key}) == (key not in kept)
            kept.add(key)
        elif step == "b":
            assert (inbox.begin(core, channel, key) is not None) == (key in kept - done)
        else:
            inbox.finish(core, channel, key)
            done |= {key} & kept
        assert {left.key for left in inbox.waiting(core, channel)} == kept - done
