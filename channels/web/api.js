// Talks to Penny's server. Every failure is an Answer with one plain sentence.

export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

const UNREACHABLE = "Penny can’t be reached right now.";

export async function call(method, path, body) {
  const request = { method, headers: {}, signal: AbortSignal.timeout(45_000) };
  if (method === "POST") {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body ?? {});
  }
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Refused(0, UNREACHABLE);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.error ?? UNREACHABLE);
  return answer;
}

export function newId() {
  // randomUUID is missing on plain-http pages of other hosts.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Listens while the page is visible: a browser allows only six connections to one host,
// and hidden tabs would use them up.
export function listen({ onReady, onTurn, onState }) {
  let source = null;

  function open() {
    if (source) return;
    source = new EventSource("/api/events");
    source.addEventListener("ready", () => {
      onState(true);
      onReady();
    });
    source.addEventListener("turn", (event) => onTurn(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return onState(false);
      close();
      onState(false);
      setTimeout(wake, 10_000);
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  function wake() {
    if (stopped || document.hidden) close();
    else open();
  }

  let stopped = false;
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", wake);
  wake();
  return () => {
    stopped = true;
    close();
    document.removeEventListener("visibilitychange", wake);
    window.removeEventListener("pagehide", close);
    window.removeEventListener("pageshow", wake);
  };
}
