// One device: it holds a token, calls the API, and shows what it is answered.

import { bound, ended, known, look, seconds } from "./live.js";
import { kindOf } from "./kinds.js";
import { element, record } from "./log.js";
import { conceal, exchange } from "./wire.js";

const EVERY = 1000;
const BEATS = 32;
const CODES = { token_revoked: "revoked", token_expired: "expired", token_not_valid: "expired, or not valid" };

export class Device {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.name = root.dataset.name;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((e) => [e.dataset.part, e]));
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this[button.dataset.act](button.dataset.user);
    });
    this.part.watch.addEventListener("change", () => this.beat());
    document.addEventListener("visibilitychange", () => this.beat());
    this.show("out", "—", "not logged in");
  }

  get authorization() {
    return `${this.kind.scheme} ${this.access}`;
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
    await this.call();
  }

  notLoggedIn({ status }, user) {
    if (status === 429) return `${this.name} has to wait: logins are throttled, so that nobody tries passwords.`;
    return status ? `${user} was not let in: is it the password that the terminal shows?` : "Nobody answered: is the server still running?";
  }

  // Hold what was issued; `used` is the refresh token that was exchanged for it.
  async take(given, used = "") {
    const { access, refresh = "" } = this.kind.taken(given);
    Object.assign(this, { access, refreshToken: refresh, used });
    this.names = await Promise.all([access, refresh].filter(Boolean).map(this.kind.fingerprint));
    const [name, refreshName] = this.names;
    const word = refresh ? "access" : "token";
    conceal(access, `${word} ${name}`);
    conceal(refresh, `refresh ${refreshName}`);
    this.part.holds.textContent = `${this.user}, ${word} ${name}`;
    if (!used) this.family = name;
    await look(this.page.devices);
  }

  // Find the own token among those that are active; what it belongs to only the server knows.
  recognize(tokens) {
    const mine = tokens.find((token) => this.access && this.names.includes(token.fingerprint));
    if (mine) this.family = mine.id.slice(0, 8);
  }

  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { access: "", names: [], family: "", lastAccepted: 0, status: 0 });
    this.part.beats.replaceChildren();
    this.part.timing.textContent = "";
  }

  // The button: shown whatever is answered. The beat below: only when the answer is another.
  async call() {
    clearTimeout(this.timer);
    const held = this.access;
    const done = await exchange("GET", "/api/hello/", { authorization: this.authorization });
    if (held === this.access) await this.answered(done, true);
    this.beat();
  }

  beat(wait = EVERY) {
    clearTimeout(this.timer);
    if (!this.access || this.root.dataset.state === "refused" || !this.part.watch.checked || document.hidden) return;
    this.timer = setTimeout(async () => {
      const held = this.access;
      const done = await exchange("GET", "/api/hello/", { authorization: this.authorization });
      if (held === this.access) await this.answered(done, false);
      this.beat();
    }, wait);
  }

  async answered(done, asked) {
    const news = asked || done.status !== this.status;
    this.status = done.status;
    this.mark(done.status);
    if (done.status === 200) return this.accepted(done, news);
    if (done.status === 401) return this.refused(done, news);
    this.show("odd", done.status || "—", done.status ? "no answer for now" : "nobody answers");
    if (news) record(this.name, done, `${this.name} could not be answered, so it keeps its token and asks again.`);
  }

  accepted(done, news) {
    this.lastAccepted = done.startedAt;
    this.show("in", 200, `hello ${done.data.hello}`);
    this.part.timing.textContent = "";
    if (news) record(this.name, done, `The API greets ${done.data.hello}: nothing was revoked that this token belongs to.`);
  }

  async refused(done, news) {
    this.show("refused", 401, CODES[done.data.code] ?? done.data.code);
    if (!news) return;
    await look(this.page.devices);
    record(this.name, done, this.why(done));
  }

  why({ data, startedAt }) {
    if (data.code !== "token_revoked") return `${this.name}’s access token has expired, as it does after five minutes; refresh it.`;
    const ending = known.endings.find((e) => this.concerns(e));
    if (!ending) return `${this.name} is refused: its token was revoked.`;
    const at = Date.parse(ending.at);
    const broken = this.lastAccepted > at + known.staleness_bound * 1000;
    const late = seconds(Math.max(0, startedAt - at) / 1000);
    this.part.timing.textContent = broken ? "accepted after the bound!" : `first call after the end, ${late} later`;
    return `${this.name} is refused: ${ended(ending)} ended ${late} before (${ending.reason}), and no call after that was accepted. Promised: ${bound()}.`;
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
    if (done.status !== 200) return record(this.name, done, `Nor does a refresh help: ${this.name}’s session is over, refresh token and all.`);
    await this.take(done.data, used);
    record(this.name, done, `${this.name} exchanged its refresh token for a new pair; it is good for one refresh, and is used up now.`);
    await this.call();
  }

  async replay() {
    const done = await this.exchangeFor(this.used);
    record(this.name, done, "Somebody presents a refresh token that was used up: a thief, or who was robbed. Nobody can tell, so the session ends.");
    this.beat(0);
  }

  async logout() {
    const done = await exchange("POST", "/auth/logout/", { authorization: this.authorization });
    record(this.name, done, this.loggedOut(done));
    this.beat(0);
  }

  loggedOut({ status }) {
    if (status !== 204) return `${this.name} could not be logged out, and is told so.`;
    if (this.refreshToken) return `${this.name} logs out with its access token alone: its session is over, and so is the refresh token.`;
    return `${this.name} logs out: its token is revoked${this.kind.ends}.`;
  }

  async logoutAll() {
    const done = await exchange("POST", "/auth/logout/all/", { authorization: this.authorization });
    const over = `Everything that ${this.user} was issued up to now is over: one row, however many tokens there are.`;
    record(this.name, done, done.status === 204 ? over : `${this.name} may not log ${this.user} out any more: its own token is refused.`);
    this.beat(0);
  }

  mark(status) {
    this.part.beats.append(element("li", status === 200 ? "good" : status === 401 ? "bad" : "odd"));
    while (this.part.beats.children.length > BEATS) this.part.beats.firstChild.remove();
  }

  show(state, status, meaning) {
    const focused = this.part.logins.contains(document.activeElement);
    this.root.dataset.state = state;
    this.part.status.textContent = status;
    this.part.meaning.textContent = meaning;
    this.part.logins.hidden = state === "in" || state === "odd";
    this.part.verbs.hidden = !this.access;
    this.act("refresh").hidden = !this.refreshToken;
    this.act("replay").hidden = !this.used;
    if (!this.access) this.part.holds.textContent = "no token";
    // Whoever works with the keyboard stays where they were.
    if (focused && this.part.logins.hidden) this.act("logout").focus();
  }

  act(name) {
    return this.root.querySelector(`[data-act=${name}]`);
  }
}


