// What the server knows, asked again and again while somebody looks.

import { element } from "./log.js";

const EVERY = 1000;
const list = document.getElementById("tokens");
const endings = document.getElementById("endings");
const sign = document.getElementById("live");
const rows = new Map();

export let known = { tokens: [], endings: [], staleness_bound: 0 };

export const seconds = (n) => (n < 0.95 ? `${Math.round(n * 1000)} ms` : `${n.toFixed(n < 9.95 ? 1 : 0).replace(".0", "")} s`);
export const bound = () => (known.staleness_bound ? `within ${seconds(known.staleness_bound)}` : "at once");
export const ended = ({ subject, kind, fingerprint, user }) =>
  ({ token: `the ${kind} token ${fingerprint}`, session: `the session ${fingerprint}`, user: `every token of ${user}` })[subject] ?? "every token of everyone";

const clock = (moment) => new Date(moment).toLocaleTimeString([], { hour12: false });

const row = (token) => {
  const made = element("li");
  made.append(element("span", "badge", token.user), element("span", "what"), element("span", "holders"), element("span", "since", `since ${clock(token.issued_at)}`));
  return made;
};

const fill = (made, token, holders) => {
  const what = token.is_session ? `session ${token.id.slice(0, 8)}, refresh ${token.fingerprint}` : `${token.kind} ${token.fingerprint}`;
  made.querySelector(".what").textContent = what;
  made.querySelector(".holders").replaceChildren(...holders.map((name) => element("span", "chip", name)));
};

const showTokens = (devices) => {
  const holdersOf = (name) => devices.filter((device) => device.access && device.family === name).map((device) => device.name);
  const ids = new Set(known.tokens.map((token) => token.id));
  for (const [id, gone] of rows) if (!ids.has(id)) (gone.remove(), rows.delete(id));
  for (const token of known.tokens) {
    if (!rows.has(token.id)) rows.set(token.id, row(token));
    fill(rows.get(token.id), token, holdersOf(token.id.slice(0, 8)));
    list.append(rows.get(token.id));
  }
  document.getElementById("no-tokens").hidden = known.tokens.length > 0;
};

const showEndings = () => {
  document.getElementById("ended").hidden = known.endings.length === 0;
  endings.replaceChildren(...known.endings.map((ending) => {
    const line = element("li");
    line.append(element("time", "", clock(ending.at)), element("span", "", ended(ending)), element("span", "quiet", `${ending.reason}${ending.by && ending.by !== ending.user ? `, by ${ending.by}` : ""}`));
    return line;
  }));
};

export const look = async (devices) => {
  try {
    known = await (await fetch("/demonstration/state/", { cache: "no-store" })).json();
    sign.dataset.state = "live";
    sign.textContent = "live";
  } catch {
    sign.dataset.state = "lost";
    sign.textContent = "the server does not answer";
    return;
  }
  document.getElementById("promise").hidden = false;
  document.getElementById("store").textContent = known.store;
  document.getElementById("bound").textContent = bound();
  for (const device of devices()) device.recognize(known.tokens);
  showTokens(devices());
  showEndings();
};

export const keepLooking = async (devices) => {
  try {
    if (!document.hidden) await look(devices);
  } finally {
    setTimeout(keepLooking, EVERY, devices);
  }
};
