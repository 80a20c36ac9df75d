// The visible part of a device.

import { element } from "./log.js";

const MAX_BEATS = 32;

export class Panel {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.name;
    this.part = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((e) => [e.dataset.part, e]));
  }

  mark(status) {
    this.part.beats.append(element("li", status === 200 ? "good" : status === 401 ? "bad" : "odd"));
    while (this.part.beats.children.length > MAX_BEATS) this.part.beats.firstChild.remove();
  }

  show(state, status, meaning) {
    const focused = this.part.logins.contains(document.activeElement);
    this.root.dataset.state = state;
    this.part.status.textContent = status;
    this.part.meaning.textContent = meaning;
    this.part.logins.hidden = state === "in" || state === "odd";
    this.part.actions.hidden = !this.access;
    this.act("refresh").hidden = !this.refreshToken;
    this.act("replay").hidden = !this.used;
    if (!this.access) this.part.holds.textContent = this.root.dataset.empty;
    // The keyboard focus stays where it was.
    if (focused && this.part.logins.hidden) this.act("logout").focus();
  }

  act(name) {
    return this.root.querySelector(`[data-act=${name}]`);
  }
}


