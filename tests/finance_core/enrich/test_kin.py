"""Names that are one merchant's."""

from hypothesis import given
from hypothesis import strategies as st

from finance_core.enrich.kin import kin


def test_towns_and_references_after_a_name():
    names = [
        "Lous Diner Grove City",
        "Lous Diner",
        "Northland Mortgage PMT X7F2",
        "Northland Mortgage PMT Knl",
        "The Brass Lantern",
        "The Brass Monkey",
        "Amazon",
        "Amazon Prime",
        "tesco",
        "Tesco",
    ]
    found = kin(names)
    assert found["Lous Diner Grove City"] == found["Lous Diner"] == "Lous Diner"
    assert found["Northland Mortgage PMT Knl"] == "Northland Mortgage PMT"
    assert found["The Brass Lantern"] != found["The Brass Monkey"]
    assert found["Amazon Prime"] == "Amazon Prime", "one word says too little"
    assert found["tesco"] == found["Tesco"]


words = st.lists(st.sampled_from(["a", "B", "b", "ccc", "7"]), min_size=1, max_size=5)


@given(st.lists(words.map(" ".join)))
def test_every_name_has_one_that_is_its_beginning(names):
    found = kin(names)
    assert set(found) == set(names)
    for name, short in found.items():
        assert name.casefold().startswith(short.casefold())
