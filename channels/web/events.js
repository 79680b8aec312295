// The server's events, read from a fetch: unlike an EventSource it can carry a token.

const SILENCE = 40_000; // the server's heart beats every 15 seconds
const LONGEST_PAUSE = 30_000;

/**
 * Reads server-sent events out of a stream of text.
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<{name: string, data: any} | null>} null for a heartbeat
 */
export async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (text + value).replace(/\r\n/g, "\n").split("\n\n");
      text = frames.pop();
      yield* frames.map(read);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function read(frame) {
  const field = (name) => frame.split("\n").filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
  const [name] = field("event");
  try {
    return name ? { name, data: JSON.parse(field("data").join("\n")) } : null;
  } catch {
    return null;
  }
}

/**
 * Listens while the page is visible (a browser allows six connections to one host, and hidden
 * tabs would use them up), and again whenever the connection is lost.
 * @param {import("./api.js").Api} api
 * @param {{onEvent: (name: string, data: any) => void, onState: (up: boolean) => void, onRefused: (refused: Error) => void}} heard
 * @returns {() => void} stops listening
 */
export function listen(api, { onEvent, onState, onRefused }) {
  let stream = null;
  let timer = 0;
  let losses = 0;
  let stopped = false;

  async function open() {
    if (stream) return;
    const own = new AbortController();
    stream = own;
    let silence = 0;
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => own.abort(), SILENCE);
    };
    try {
      alive();
      const response = await api.fetch("GET", "/api/events", undefined, own.signal);
      for await (const event of eventsOf(response.body)) {
        alive();
        losses = 0;
        if (stream !== own) return;
        if (event?.name === "ready") onState(true);
        if (event) onEvent(event.name, event.data);
      }
    } catch (refused) {
      if (stream === own && refused.status === 401) {
        stop();
        onRefused(refused);
      }
    } finally {
      clearTimeout(silence);
      if (stream === own) lost();
    }
  }

  // The first loss is nothing: the server ends every stream after a while.
  function lost() {
    stream = null;
    if (stopped) return;
    if (losses > 0) onState(false);
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** losses) * (0.5 + Math.random() / 2);
    losses += 1;
    timer = setTimeout(wake, pause);
  }

  function close() {
    clearTimeout(timer);
    const open = stream;
    stream = null;
    open?.abort();
  }

  function wake() {
    clearTimeout(timer);
    if (stopped || document.hidden) close();
    else open();
  }

  const heard = [[document, "visibilitychange"], [window, "pageshow"], [window, "online"]];
  function offline() {
    close();
    onState(false);
  }
  function stop() {
    stopped = true;
    close();
    heard.forEach(([target, name]) => target.removeEventListener(name, wake));
    window.removeEventListener("pagehide", close);
    window.removeEventListener("offline", offline);
  }
  heard.forEach(([target, name]) => target.addEventListener(name, wake));
  window.addEventListener("pagehide", close);
  window.addEventListener("offline", offline);
  wake();
  return stop;
}
