from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learning.objects import ObjectStore
from learning.privacy_report import QUASI_IDENTIFIERS, SUPPRESSED, measure, report, suppress_small
from learning.settings import LearningSettings
from learning.transcripts import write


def row(person: str, turn: str, hour: int = 9, channel: str = "web") -> dict:
    return {
        "conversation": f"{person}-t1",
        "turn": turn,
        "at": f"2026-03-04T{hour:02d}:00:00+00:00",
        "text": "hello",
        "replies": [],
        "intent": "greet",
        "model": "m1",
        "channel": channel,
    }


def test_groups_count_people_not_turns() -> None:
    rows = [row("a", "1"), row("a", "2"), row("a", "3"), row("b", "4"), row("c", "5", hour=4)]
    found = measure(rows, 2, QUASI_IDENTIFIERS)
    assert (found.rows, found.people, found.groups, found.smallest_group) == (5, 3, 2, 1)
    assert (found.groups_below, found.rows_below) == (1, 1)
    assert found.alone == {"model": 0, "channel": 0, "intent": 0, "hour": 1}
    assert measure(rows, 4, ["model"]).rows_below == 5
    assert measure([], 5, QUASI_IDENTIFIERS).smallest_group == 0


def test_rare_turns_in_the_store_lose_hour_and_channel(settings: LearningSettings) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    key = "transcripts/day=2026-03-04/model=m1/0001.jsonl.gz"
    rows = [row("a", "1"), row("b", "2"), row("c", "3", hour=4), row("d", "4", 5, "voice")]
    write(store, key, rows)
    assert report(settings, 2).rows_below == 2
    after = report(settings, 2, suppress=True)
    assert (after.suppressed, after.rows, after.people) == (2, 4, 4)
    assert after.rows_below < 2 or after.smallest_group >= 1
    assert report(settings, 2).rows_below == after.rows_below
    assert report(settings, 2, suppress=True).rows_below == after.rows_below


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from("abcd"),
        st.uuids().map(str),
        st.integers(0, 3),
        st.sampled_from(["web", "voice"]),
    ),
    max_size=25,
)


@given(ROWS, st.integers(2, 4))
def test_suppression_removes_nothing_and_touches_rare_turns_only(rows: list[dict], k: int) -> None:
    before = {one["turn"]: dict(one) for one in rows}
    changed = suppress_small(rows, k, QUASI_IDENTIFIERS)
    assert len(rows) == len(before)
    for one in rows:
        old = before[one["turn"]]
        assert one["text"] == old["text"]
        assert (one == old) == (one["turn"] not in changed)
        assert one["channel"] in (old["channel"], SUPPRESSED)
