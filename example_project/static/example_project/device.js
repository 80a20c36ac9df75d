// A device: it holds a token, calls the API, and shows the responses.

import { bound, describe, refreshState, seconds, state } from "./live.js";
import { kindOf } from "./kinds.js";
import { record } from "./log.js";
import { Panel } from "./panel.js";
import { conceal, exchange } from "./wire.js";

const INTERVAL_MS = 1000;
const CODES = { token_revoked: "revoked", token_expired: "expired", token_not_valid: "expired or invalid" };
const NO_LOGIN = "logged out"; // Without a token, Django REST framework sends no code.

export class Device extends Panel {
  constructor(root, page) {
    super(root);
    this.page = page;
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this[button.dataset.act](button.dataset.user);
    });
    this.part.watch.addEventListener("change", () => this.beat());
    document.addEventListener("visibilitychange", () => this.beat());
    this.show("out", "—", "not logged in");
  }

  // Send a request with the token. The browser sends its cookie instead.
  send(method, path, form) {
    return exchange(method, path, { form, authorization: `${this.kind.scheme} ${this.access}` });
  }

  async login(user) {
    const kind = kindOf(this.page.kind());
    const password = this.page.password();
    if (!password) return this.page.askPassword();
    conceal(password, "password");
    const [path, form] = kind.login({ username: user, password });
    const done = await exchange("POST", path, { form });
    if (done.status !== 200) return record(this.name, done, this.notLoggedIn(done, user));
    this.forget();
    Object.assign(this, { kind, user });
    await this.take(done.data);
    record(this.name, done, this.page.loggedIn(this));
    await this.nameSession();
    await this.call();
  }

  notLoggedIn({ status }, user) {
    if (status === 429) return `${this.name} must wait: logins are throttled.`;
    return status ? `${user} could not log in. See the terminal for the password.` : "No response. Is the server running?";
  }

  // Store the issued tokens; `used` is the refresh token that was exchanged for them.
  async take(given, used = "") {
    const { access, refresh = "" } = this.kind.taken(given);
    Object.assign(this, { access, refreshToken: refresh, used });
    this.names = await Promise.all([access, refresh].filter(Boolean).map(this.kind.fingerprint));
    const [name, refreshName] = this.names;
    const word = refresh ? "access" : "token";
    conceal(access, `${word} ${name}`);
    conceal(refresh, `refresh ${refreshName}`);
    this.part.holds.textContent = `${this.user}, ${word} ${name}`;
    if (!used) await this.findSession();
    await refreshState(this.page.devices);
  }

  // Ask which session this is; only the server knows it.
  async findSession() {
    const { data } = await this.send("GET", "/auth/sessions/");
    const current = Array.isArray(data) ? data.find((session) => session.current) : undefined;
    this.session = current?.id ?? "";
    this.isNamed = Boolean(current?.name);
  }

  // A page cannot choose its user agent, by which a session is recognized otherwise.
  async nameSession() {
    if (!this.session || this.isNamed) return;
    const done = await this.send("PATCH", `/auth/sessions/${this.session}/`, { name: this.name });
    record(this.name, done, `${this.name} names its session, for the lists of sessions.`);
  }

  // Remember how revocations name this session.
  recognize(sessions) {
    const mine = sessions.find((session) => this.access && session.id === this.session);
    if (mine) this.family = mine.fingerprint;
  }

  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { access: "", names: [], session: "", family: "", lastAccepted: 0, status: 0 });
    this.part.beats.replaceChildren();
    this.part.timing.textContent = "";
  }

  // The button always logs the response; beat() below only logs a changed status.
  async call() {
    clearTimeout(this.timer);
    const held = this.access;
    const done = await this.send("GET", "/api/hello/");
    if (held === this.access) await this.handle(done, true);
    this.beat();
  }

  beat(wait = INTERVAL_MS) {
    clearTimeout(this.timer);
    if (!this.access || this.root.dataset.state === "rejected" || !this.part.watch.checked || document.hidden) return;
    this.timer = setTimeout(async () => {
      const held = this.access;
      const done = await this.send("GET", "/api/hello/");
      if (held === this.access) await this.handle(done, false);
      this.beat();
    }, wait);
  }

  async handle(done, isManual) {
    const isNew = isManual || done.status !== this.status;
    this.status = done.status;
    this.mark(done.status);
    if (done.status === 200) return this.accepted(done, isNew);
    if (done.status === 401) return this.rejected(done, isNew);
    this.show("odd", done.status || "—", done.status ? "temporarily unavailable" : "no response");
    if (isNew) record(this.name, done, `${this.name} got no answer about its token, so it keeps the token and retries.`);
  }

  accepted(done, isNew) {
    this.lastAccepted = done.startedAt;
    this.show("in", 200, `hello ${done.data.hello}`);
    this.part.timing.textContent = "";
    if (isNew) record(this.name, done, `The API accepts the token of ${done.data.hello}: it is not revoked.`);
  }

  async rejected(done, isNew) {
    this.show("rejected", 401, CODES[done.data.code] ?? done.data.code ?? NO_LOGIN);
    if (!isNew) return;
    await refreshState(this.page.devices);
    record(this.name, done, this.why(done));
  }

  why({ data, startedAt }) {
    if (data.code !== "token_revoked") return `${this.name}’s access token has expired after five minutes. Refresh it.`;
    const revocation = state.revocations.find((r) => this.concerns(r));
    if (!revocation) return `${this.name} is rejected: its token was revoked.`;
    const at = Date.parse(revocation.at);
    const broken = this.lastAccepted > at + state.staleness_bound * 1000;
    const late = seconds(Math.max(0, startedAt - at) / 1000);
    this.part.timing.textContent = broken ? "accepted after the bound!" : `first call ${late} after the revocation`;
    return `${this.name} is rejected: ${describe(revocation)} was revoked ${late} before (${revocation.reason}), and no later call was accepted. Guaranteed: ${bound()}.`;
  }

  concerns({ subject, fingerprint: name, user }) {
    return subject === "everyone" || (subject === "user" ? user === this.user : [this.family, ...this.names].includes(name));
  }

  exchangeFor(raw) {
    const [path, form] = this.kind.refresh(raw);
    return exchange("POST", path, { form });
  }

  async refresh() {
    const used = this.refreshToken;
    const done = await this.exchangeFor(used);
    if (done.status !== 200) return record(this.name, done, `The refresh is rejected too: ${this.name}’s session is revoked.`);
    await this.take(done.data, used);
    record(this.name, done, `${this.name} exchanged its refresh token for a new pair. The old refresh token cannot be used again.`);
    await this.call();
  }

  async replay() {
    const done = await this.exchangeFor(this.used);
    record(this.name, done, "A used refresh token was replayed, by a thief or by its owner. The session is revoked.");
    this.beat(0);
  }

  async logout() {
    const done = await this.send("POST", "/auth/logout/");
    record(this.name, done, this.loggedOut(done));
    this.beat(0);
  }

  loggedOut({ status }) {
    if (status !== 204) return `${this.name} could not be logged out.`;
    if (this.refreshToken) return `${this.name} logs out with its access token only: its session is revoked, with the refresh token.`;
    return `${this.name} logs out: its token is revoked${this.kind.scope}.`;
  }

  async logoutAll() {
    const done = await this.send("POST", "/auth/logout/all/");
    const success = `Every token and browser of ${this.user} is logged out: one row, however many there are.`;
    record(this.name, done, done.status === 204 ? success : `${this.name} cannot log ${this.user} out: it is logged out itself.`);
    this.beat(0);
  }
}
