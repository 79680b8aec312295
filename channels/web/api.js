// Talks to Penny's server. Every failure is a Refused with one plain sentence.

export class Refused extends Error {
  /**
   * @param {number} status HTTP status; 0 when the server was not reached
   * @param {string} sentence for the person
   * @param {number} [after] seconds the server asks to wait
   */
  constructor(status, sentence, after = 0) {
    super(sentence);
    this.status = status;
    this.after = after;
  }
}

const UNREACHABLE = "Penny can’t be reached right now.";
const NO_HOST = "This page could not tell Penny who you are.";

/**
 * One person's way to the server: by the session cookie on Penny's own page, and elsewhere
 * by a short-lived token that the host's signed assertion is exchanged for. The token is
 * kept in memory alone, is renewed before it ends, and never becomes part of an address.
 */
export class Api {
  #token = "";
  #renewAt = 0;
  #renewing = null;
  #gone = new AbortController();

  /**
   * @param {string} base origin of the server, without a slash at the end
   * @param {(() => Promise<string>) | null} assertion asks the host for a signed token
   */
  constructor(base, assertion) {
    this.base = base;
    this.assertion = assertion;
    /** Called after a renewal: the host may mean somebody else by now. */
    this.onRenewed = async () => {};
  }

  /** Whether requests are signed by a token rather than by the cookie. */
  get bearer() {
    return this.assertion !== null;
  }

  /** Ends everything under way; nothing comes back from here any more. */
  stop() {
    this.#gone.abort();
    this.#token = "";
  }

  /**
   * Sends a request and reads its JSON.
   * @returns {Promise<any>} the answer; null where there is none
   * @throws {Refused}
   */
  async call(method, path, body) {
    const response = await this.fetch(method, path, body, AbortSignal.timeout(45_000));
    if (response.status === 204) return null;
    return response.json().catch(() => {
      throw new Refused(0, UNREACHABLE);
    });
  }

  /**
   * Sends a signed request.
   * @returns {Promise<Response>} a good answer, its body unread
   * @throws {Refused}
   */
  async fetch(method, path, body, signal) {
    if (!this.bearer) return this.#send(method, path, body, signal);
    const token = await this.#fresh();
    try {
      return await this.#send(method, path, body, signal, token);
    } catch (refused) {
      if (refused.status !== 401) throw refused;
      if (this.#token === token) this.#token = "";
      return this.#send(method, path, body, signal, await this.#fresh());
    }
  }

  async #fresh() {
    if (!this.#token || Date.now() > this.#renewAt) {
      this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
      await this.#renewing;
    }
    return this.#token;
  }

  async #renew() {
    const first = this.#renewAt === 0;
    const assertion = await Promise.resolve().then(this.assertion).catch(() => "");
    if (typeof assertion !== "string" || !assertion) throw new Refused(401, NO_HOST);
    const response = await this.#send("POST", "/api/session", { assertion }, AbortSignal.timeout(20_000));
    const { token, expires_in: seconds } = await response.json();
    this.#token = token;
    this.#renewAt = Date.now() + seconds * 800; // four fifths of its life
    if (!first) {
      const me = await this.#send("GET", "/api/me", undefined, AbortSignal.timeout(20_000), token);
      await this.onRenewed(await me.json());
    }
  }

  async #send(method, path, body, signal, token = "") {
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    const sends = method === "POST" || method === "PUT";
    if (sends) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(this.base + path, {
        method,
        headers,
        body: sends ? JSON.stringify(body ?? {}) : undefined,
        credentials: this.bearer ? "omit" : "same-origin",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        signal: both(this.#gone.signal, signal),
      });
    } catch {
      throw new Refused(0, UNREACHABLE);
    }
    if (response.ok) return response;
    const answer = await response.json().catch(() => ({}));
    throw new Refused(response.status, answer.error ?? UNREACHABLE, Number(response.headers.get("Retry-After")) || 0);
  }
}

// AbortSignal.any, which browsers before 2024 lack.
function both(one, other) {
  if (!other) return one;
  const ended = new AbortController();
  for (const signal of [one, other]) {
    if (signal.aborted) ended.abort();
    else signal.addEventListener("abort", () => ended.abort(), { once: true, signal: ended.signal });
  }
  return ended.signal;
}
