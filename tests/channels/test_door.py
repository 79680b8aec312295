"""The page's files, the operator's addresses, and what every response carries."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.channels.fake_rasa import FakeRasa


@pytest.mark.parametrize(
    "path", ["/", "/widget.js", "/sw.js", "/web/page.js", "/healthz", "/nothing", "/api/me"]
)
async def test_security_headers_are_everywhere(client: httpx.AsyncClient, path):
    headers = (await client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] in ("no-store", "no-cache")


async def test_the_page_needs_nothing_from_elsewhere(client: httpx.AsyncClient):
    for path in ("/", "/widget.js", "/sw.js", "/web/page.js", "/web/page.css"):
        response = await client.get(path)
        assert response.status_code == 200
        for foreign in ("https://", "//cdn", "innerHTML", "eval(", "style=", "onclick="):
            assert foreign not in response.text, path


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/web/../app.py", 404),
        ("GET", "/web/%2e%2e/app.py", 404),
        ("GET", "/web/", 404),
        ("GET", "/api/messages", 405),
        ("PUT", "/", 405),
    ],
)
async def test_wrong_addresses(client: httpx.AsyncClient, method, path, status):
    response = await client.request(method, path)
    assert response.status_code == status
    assert list(response.json()) == ["error"]


async def test_readiness_asks_rasa_and_the_database(open_client, rasa: FakeRasa):
    assert (await open_client().get("/healthz")).json() == {"status": "ok"}
    ready = await open_client().get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"ready": True, "rasa": True, "database": True},
    )
    down = await open_client(rasa_url="http://127.0.0.1:9").get("/readyz")
    assert (down.status_code, down.json()["rasa"]) == (503, False)


async def test_metrics_count_turns_and_errors(signed: httpx.AsyncClient, rasa: FakeRasa, ada):
    body = {"text": "balance", "message_id": "m-1"}
    await signed.post("/api/messages", json=body)
    await signed.post("/api/messages", json=body)
    rasa.broken = "500"
    await signed.post("/api/messages", json={"text": "balance"})
    text = (await signed.get("/metrics")).text
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["penny_turns_total", "web", "answered"] == 1
    assert samples["penny_turns_total", "web", "repeated"] == 1
    assert samples["penny_turns_total", "web", "failed"] == 1
    assert samples["penny_turn_seconds_count", "web"] == 2
    assert samples["penny_errors_total", "assistant"] == 1
    assert samples["penny_http_requests_total", "post_message", "200"] == 2
    assert ada[0] not in text and "Ada" not in text
