"""Exit codes: 0 for done, 2 with one clear line for bad input."""

import pytest

from cli import main, people
from finance_core.errors import BankUnavailable


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PENNY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "nonsense"),
        (["user", "add"], "name"),
        (["user", "add", "Bo", "--currency", "ZZZ"], "ZZZ"),
        (["user", "add", "Bo", "--currency", "pounds"], "pounds"),
        (["user", "add", "Bo", "--timezone", "Mars/Olympus"], "Mars/Olympus"),
        (["user", "add", ""], "name"),
        (["user", "add", "x" * 1000], "name"),
        (["user", "link", "--user", "Nobody"], "Nobody"),
        (["import", "there-is-none.csv", "--user", "Nobody"], "Nobody"),
        (["import"], "file"),
        (["sync", "--user", "Nobody"], "Nobody"),
        (["ask", "hello", "--user", "Nobody"], "Nobody"),
        (["connect", "carrier-pigeon", "token", "--user", "Nobody"], "Nobody"),
        (["train", "--quickly"], "--quickly"),
        (["evaluate", "answers", "none.yml"], "none.yml"),
        (["backtest", "recurring", "none.csv", "--gold", "none.csv"], "none.csv"),
    ],
)
def test_bad_input_is_one_clear_line(arguments, words, capsys, monkeypatch):
    monkeypatch.setattr("cli.training.ensure_trained", lambda: None)
    assert main.run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("penny: ")
    assert words in line


def test_help_lists_every_command(capsys):
    assert main.run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(command in out for command in main._MODULES)


@pytest.mark.parametrize("arguments", [[], ["user"]])
def test_a_group_without_a_command_shows_its_help(arguments, capsys):
    assert main.run(arguments) == 2
    out, err = capsys.readouterr()
    assert "Usage" in out
    assert err == ""


def test_a_home_that_cannot_be_made(home, monkeypatch, capsys):
    (home / "file").write_text("in the way")
    monkeypatch.setenv("PENNY_HOME", str(home / "file" / "home"))
    assert main.run(["user", "add", "Bo"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_expected_error_of_the_core_is_told(monkeypatch, capsys):
    def down(*_, **__):
        raise BankUnavailable("The bank is\nnot answering.")

    monkeypatch.setattr(people.people, "add", down)
    assert main.run(["user", "add", "Bo"]) == 2
    assert capsys.readouterr().err == "penny: The bank is not answering.\n"


def test_a_file_that_cannot_be_written_is_named(monkeypatch, capsys):
    def full(*_, **__):
        raise PermissionError(13, "Permission denied", "/there/out.csv")

    monkeypatch.setattr(people.people, "add", full)
    assert main.run(["user", "add", "Bo"]) == 2
    assert capsys.readouterr().err == "penny: /there/out.csv: Permission denied.\n"


def test_a_fault_of_our_own_is_not_hidden(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(people.people, "add", broken)
    with pytest.raises(ZeroDivisionError):
        main.run(["user", "add", "Bo"])


def test_ctrl_c(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(people.people, "add", interrupted)
    assert main.run(["user", "add", "Bo"]) == 130
