"""Earlier answers change what is suggested, by a rule that is written down."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.answers import REST, TRIES, Answer, Offer, may_offer, weight

TODAY = date(2026, 6, 15)


def offer(answer=None, *, times=1, days_ago=0, key="a", kind="fee"):
    day = TODAY - timedelta(days=days_ago)
    return Offer(key, kind, day, times, answer, day if answer else None)


def test_without_answers_a_kind_weighs_one():
    assert weight([], "fee", TODAY) == 1
    assert weight([offer(Answer.DISMISSED, kind="idle_cash")], "fee", TODAY) == 1


def test_the_weight_is_twice_the_mean_of_a_beta_distribution():
    said = [offer(Answer.ACCEPTED)] * 3 + [offer(Answer.DISMISSED)]
    assert weight(said, "fee", TODAY) == pytest.approx(2 * 4 / 6)
    assert weight([offer(Answer.MUTED)] * 2, "fee", TODAY) == pytest.approx(2 / 4)


def test_an_answer_loses_half_its_say_in_180_days():
    old = weight([offer(Answer.DISMISSED, days_ago=180)], "fee", TODAY)
    assert old == pytest.approx(2 / 2.5)


def test_only_what_was_offered_often_in_vain_counts_as_half_a_refusal():
    assert weight([offer(times=TRIES - 1)], "fee", TODAY) == 1
    assert weight([offer(times=TRIES)], "fee", TODAY) == pytest.approx(2 / 2.5)


@given(
    st.lists(
        st.builds(
            lambda answer, days, times: offer(answer, days_ago=days, times=times),
            st.sampled_from([None, *Answer]),
            st.integers(0, 2_000),
            st.integers(1, 9),
        )
    )
)
def test_a_weight_stays_within_bounds_and_follows_the_answers(said):
    now = weight(said, "fee", TODAY)
    assert 0 < now < 2
    assert weight([*said, offer(Answer.ACCEPTED)], "fee", TODAY) > now
    assert weight([*said, offer(Answer.DISMISSED)], "fee", TODAY) < now


@pytest.mark.parametrize(
    ("before", "again"),
    [
        (None, True),
        (offer(days_ago=1), True),
        (offer(times=TRIES, days_ago=1), False),
        (offer(times=TRIES, days_ago=0), True),  # once more on the same day
        (offer(times=TRIES, days_ago=REST.days), True),
        (offer(Answer.DISMISSED, days_ago=1), False),
        (offer(Answer.DISMISSED, days_ago=REST.days), True),
        (offer(Answer.ACCEPTED, days_ago=400), False),
        (offer(Answer.MUTED, days_ago=400), False),
    ],
)
def test_whether_it_may_be_offered_again(before, again):
    assert may_offer(before, TODAY) is again


def test_what_was_turned_down_is_offered_once_in_thirty_days():
    day = TODAY - REST
    back = Offer("a", "fee", TODAY, 2, Answer.DISMISSED, day)
    assert may_offer(back, TODAY)
    assert not may_offer(back, TODAY + timedelta(days=1))
    assert may_offer(back, TODAY + REST)
