"""The comparison with Rasa's default pipeline: what is learnt, what is asked, what is set."""

import yaml

from benchmarks import rasa_default

LINES = [f"- how much did i spend at [shop {i}](merchant) [in may](period)" for i in range(25)]


def test_a_fifth_is_asked_without_marks_and_never_learnt():
    learnt, asked = rasa_default.halves(LINES, "spending_report")
    assert (len(learnt), len(asked)) == (20, 5)
    assert all(intent == "spending_report" for _, intent in asked)
    plain = {rasa_default.plain(line) for line in LINES}
    assert {text for text, _ in asked} == plain - {rasa_default.plain(line) for line in learnt}
    assert rasa_default.halves(LINES, "spending_report") == (learnt, asked)


def test_marks_of_both_kinds_are_taken_off():
    assert rasa_default.plain("- pay [rent](category) to [Jo]{'entity': 'payee'} now") == (
        "pay rent to Jo now"
    )


def test_the_data_stay_whole_and_the_rules_come_along(tmp_path):
    held_out = rasa_default.split(tmp_path / "data")
    learnt = {}
    for file in (tmp_path / "data/nlu").glob("*.yml"):
        for entry in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
            learnt[entry["intent"]] = [
                rasa_default.plain(line) for line in entry["examples"].splitlines()
            ]
    assert {intent for _, intent in held_out} == set(learnt)
    assert not [text for text, intent in held_out if text in learnt[intent]]
    assert 0.15 < len(held_out) / (len(held_out) + sum(map(len, learnt.values()))) < 0.21
    assert list((tmp_path / "data/rules").glob("*.yml"))


def test_epochs_are_set_everywhere_and_vectors_are_not_remembered(tmp_path):
    config, _ = rasa_default.PIPELINES["rasa_default"]
    content = yaml.safe_load(rasa_default.settled(config, tmp_path / "a.yml", 3).read_text("utf-8"))
    parts = [part for part in (*content["pipeline"], *content["policies"]) if "epochs" in part]
    assert {part["name"] for part in parts} >= {"DIETClassifier", "TEDPolicy"}
    assert {part["epochs"] for part in parts} == {3}
    config, _ = rasa_default.PIPELINES["penny"]
    content = yaml.safe_load(rasa_default.settled(config, tmp_path / "b.yml", 3).read_text("utf-8"))
    encoder = next(p for p in content["pipeline"] if p["name"].endswith(".SentenceEncoder"))
    assert encoder["remember"] is False


def test_a_pipeline_that_fails_does_not_take_the_other_with_it(monkeypatch, capsys):
    def measure(config, module, home, name, *_):
        if name == "rasa_default":
            (home / f"{name}.log").write_text("no memory left")
            raise rasa_default.Unready("Rasa ended before it answered.")
        return {"train_seconds": 1.0}

    monkeypatch.setattr(rasa_default, "measure", measure)
    monkeypatch.setattr("sys.argv", ["rasa_default.py"])
    rasa_default.main()
    shown = capsys.readouterr()
    found = yaml.safe_load(shown.out)
    assert found["penny"] == {"train_seconds": 1.0}
    assert found["rasa_default"] == {"failed": "Rasa ended before it answered."}
    assert "no memory left" in shown.err
