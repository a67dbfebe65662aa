// Asks the backend. The access token lives in memory only; the cookie that renews it is out of a script's reach.

const REQUEST_MS_MAX = 30_000;

export class Refusal extends Error {
  // `code` is the backend's own word, if it gave one; `detail` is what follows it.
  constructor(status, message, retryAfterS) {
    super(message);
    this.status = status;
    [, this.code = "", this.detail = message] = /^(ERR_[A-Z_]+)(?::\s*)?(.*)$/s.exec(message) ?? [];
    this.retryAfterS = retryAfterS;
  }

  get isOffline() {
    return this.status === 0;
  }
}

const claimsOf = (token) => {
  const middle = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(middle), (char) => char.charCodeAt(0))));
};

export class Api {
  #base;
  #token = null;
  #renewing = null;

  constructor(base) {
    this.#base = base;
  }

  get token() {
    return this.#token;
  }

  get who() {
    const { tenantId, profile } = claimsOf(this.#token);
    return { tenantId, mayChange: profile === "admin" || profile === "super" };
  }

  async signIn(email, password) {
    this.#token = (await this.#ask("POST", "api/auth/login", { email, password })).token;
  }

  async signOut() {
    try {
      await this.call("POST", "api/auth/logout");
    } finally {
      this.#token = null;
    }
  }

  // Tabs that wake up together ask for one new token, not for many.
  renew() {
    this.#renewing ??= this.#ask("POST", "api/auth/refresh_token")
      .then((answer) => void (this.#token = answer.token))
      .finally(() => void (this.#renewing = null));
    return this.#renewing;
  }

  async call(method, path, body) {
    try {
      return await this.#ask(method, path, body);
    } catch (refusal) {
      if (refusal.status !== 403 || refusal.message !== "Invalid token.") throw refusal;
      await this.renew();
      return this.#ask(method, path, body);
    }
  }

  async #ask(method, path, body) {
    const headers = { Accept: "application/json" };
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let reply, found;
    try {
      const signal = AbortSignal.timeout(REQUEST_MS_MAX);
      reply = await fetch(new URL(path, this.#base), { method, headers, body: JSON.stringify(body), signal });
      found = await reply.json().catch(() => ({}));
    } catch (error) {
      throw new Refusal(0, String(error), null);
    }
    if (reply.ok) return found;
    const waitS = Number(reply.headers.get("Retry-After")) || null;
    throw new Refusal(reply.status, String(found?.error ?? `HTTP ${reply.status}`), waitS);
  }
}
