"""When a part is down, Penny says so, shows what she last knew, and changes nothing."""

import signal

import psutil
import pytest

from cli.stack import stop

pytestmark = pytest.mark.stack


def test_action_server_down_is_an_apology_and_then_all_is_well_again(person, stack):
    talker = person("amelia")
    stop({"actions": stack.running["actions"]}, signal.SIGKILL)
    try:
        said = talker.text("what's my balance?")
        assert "Sorry" in said
        assert "£" not in said
    finally:
        stack.start("actions")
    assert "Current Account" in talker.text("what's my balance?")


def test_rasa_down_is_an_apology_too(person, stack):
    talker = person("amelia")
    stop({"rasa": stack.running["rasa"]}, signal.SIGKILL)
    try:
        said = talker.text("what's my balance?")
        assert "Sorry" in said
        assert "£" not in said
    finally:
        stack.start("rasa")
    assert talker.text("hello")


def test_bank_down_gives_the_last_known_figures(person, bank):
    talker = person("amelia")
    known = talker.text("what's my balance?")
    bank("POST", "/admin/faults", kind="server_error", count=None)
    refreshed = talker.text("refresh my accounts")
    assert "new transaction" not in refreshed
    assert talker.text("what's my balance?") == known


def test_expired_consent_says_to_connect_again(person, bank):
    talker = person("priya")
    bank("POST", "/admin/faults", kind="expire_consent", household="priya")
    assert "connect" in talker.text("refresh my accounts").lower()
    bank("POST", "/admin/faults", kind="restore_consent", household="priya")


def test_internal_services_listen_on_loopback_only(stack):
    ours = {process.pid for process in stack.running.values()}
    family = {c.pid for pid in ours for c in psutil.Process(pid).children(recursive=True)} | ours
    listening = {
        connection.laddr.ip
        for connection in psutil.net_connections("inet")
        if connection.pid in family and connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
