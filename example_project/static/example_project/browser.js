// The browser with this page: a site has logged it in by a session cookie.

import { Device } from "./device.js";
import { refreshState } from "./live.js";
import { record } from "./log.js";
import { conceal, exchange } from "./wire.js";

export class Browser extends Device {
  constructor(root, page) {
    super(root, page);
    // Another tab may have logged in or out.
    document.addEventListener("visibilitychange", () => this.resume());
    if (root.dataset.user) this.resume();
  }

  send(method, path, form) {
    return exchange(method, path, { form, hasCookie: true });
  }

  async login(user) {
    const password = this.page.password();
    if (!password) return this.page.askPassword();
    conceal(password, "password");
    const done = await this.send("POST", "/account/login/", { username: user, password });
    if (done.status !== 302) return record(this.name, done, this.notLoggedIn(done, user));
    await this.resume();
    record(this.name, done, `${this.name} logs in as ${this.user} on a page of the site: a session starts, with a cookie.`);
  }

  // Continue a login that this page has made before a reload, or another tab.
  async resume() {
    if (document.hidden) return;
    const done = await this.send("GET", "/api/hello/");
    if (done.status !== 200) {
      if (this.access) await this.handle(done, false);
      return;
    }
    this.forget();
    await this.findSession();
    Object.assign(this, { access: this.session, user: done.data.hello, status: 200 });
    super.accepted(done, false);
    await refreshState(this.page.devices);
    this.part.holds.textContent = `${this.user}, session ${this.family}`;
    this.beat();
  }

  async accepted(done, isNew) {
    super.accepted(done, isNew);
    if (done.data.hello !== this.user) await this.resume();
  }

  // The server has deleted the cookie.
  async rejected(done, isNew) {
    await super.rejected(done, isNew);
    this.access = "";
    this.part.actions.hidden = true;
    this.part.holds.textContent = this.root.dataset.empty;
  }

  why(done) {
    if (!done.data.code) return `${this.name} is logged out: another tab has noticed it first.`;
    return super.why(done);
  }

  loggedOut({ status }) {
    return status === 204 ? `${this.name} logs out: its session is revoked, and its cookie is useless.` : `${this.name} could not be logged out.`;
  }
}
