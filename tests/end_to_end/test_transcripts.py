"""What is kept of talks: only with consent, masked, in the object store."""

import gzip
import json

import pytest

from cli.transcripts import collect_new
from finance_core.services import people
from learning import transcripts
from learning.objects import ObjectStore
from learning.settings import LearningSettings

pytestmark = pytest.mark.stack


def test_only_consenting_people_are_kept_and_masked(person, core):
    agreed, silent = person(), person()
    people.set_consent(core, agreed.id, True)
    agreed.text("my card 4111 1111 1111 1111 was charged, write to jo.bloggs@example.com")
    silent.text("nobody should keep the word zanzibarium")
    agreed.text("hello")
    silent.text("hello")
    collect_new(core)
    settings = LearningSettings()
    listed = transcripts.listing(settings)
    assert sum(entry.turns for entry in listed) >= 1
    store = ObjectStore(settings)
    kept = "".join(gzip.decompress(store.get(entry.key)).decode() for entry in listed)
    assert "zanzibarium" not in kept
    for secret in ("4111", "jo.bloggs", agreed.id, silent.id):
        assert secret not in kept
    texts = [json.loads(line)["text"] for line in kept.splitlines()]
    assert any("was charged" in text for text in texts)
    assert transcripts.forget(settings, agreed.id) >= 1
