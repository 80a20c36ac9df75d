// The live data of the server, polled while the page is visible.

import { element } from "./log.js";

const INTERVAL_MS = 1000;
const list = document.getElementById("sessions");
const revocations = document.getElementById("revocations");
const indicator = document.getElementById("live");
const rows = new Map();

export let state = { sessions: [], revocations: [], staleness_bound: 0 };

export const seconds = (n) => (n < 0.95 ? `${Math.round(n * 1000)} ms` : `${n.toFixed(n < 9.95 ? 1 : 0).replace(".0", "")} s`);
export const bound = () => (state.staleness_bound ? `within ${seconds(state.staleness_bound)}` : "at once");
export const describe = ({ subject, kind, fingerprint, user }) =>
  ({ token: `the ${kind} token ${fingerprint}`, session: `the session ${fingerprint}`, user: `every token of ${user}` })[subject] ?? "every token of everyone";

const clock = (time) => new Date(time).toLocaleTimeString([], { hour12: false });

const row = (session) => {
  const made = element("li");
  const what = element("span", "what", `${session.kind} ${session.fingerprint}`);
  made.append(element("span", "badge", session.user), element("span", "holders"), element("span", "name"), what, element("span", "since"));
  return made;
};

const fill = (made, session, holders) => {
  made.querySelector(".holders").replaceChildren(...holders.map((name) => element("span", "chip", name)));
  made.querySelector(".name").textContent = holders.includes(session.label) ? "" : session.label;
  made.querySelector(".since").textContent = `last used ${clock(session.last_used_at)}`;
};

const showSessions = (devices) => {
  const holdersOf = (id) => devices.filter((device) => device.access && device.session === id).map((device) => device.name);
  const ids = new Set(state.sessions.map((session) => session.id));
  for (const [id, gone] of rows) if (!ids.has(id)) (gone.remove(), rows.delete(id));
  for (const session of state.sessions) {
    if (!rows.has(session.id)) rows.set(session.id, row(session));
    fill(rows.get(session.id), session, holdersOf(session.id));
    list.append(rows.get(session.id));
  }
  document.getElementById("no-sessions").hidden = state.sessions.length > 0;
};

const showRevocations = () => {
  document.getElementById("recent").hidden = state.revocations.length === 0;
  revocations.replaceChildren(...state.revocations.map((revocation) => {
    const line = element("li");
    line.append(element("time", "", clock(revocation.at)), element("span", "", describe(revocation)), element("span", "quiet", `${revocation.reason}${revocation.by && revocation.by !== revocation.user ? `, by ${revocation.by}` : ""}`));
    return line;
  }));
};

export const refreshState = async (devices) => {
  try {
    state = await (await fetch("/demonstration/state/", { cache: "no-store" })).json();
    indicator.dataset.state = "live";
    indicator.textContent = "live";
  } catch {
    indicator.dataset.state = "lost";
    indicator.textContent = "no response";
    return;
  }
  document.getElementById("promise").hidden = false;
  document.getElementById("store").textContent = state.store;
  document.getElementById("bound").textContent = bound();
  for (const device of devices()) device.recognize(state.sessions);
  showSessions(devices());
  showRevocations();
};

export const keepRefreshing = async (devices) => {
  try {
    if (!document.hidden) await refreshState(devices);
  } finally {
    setTimeout(keepRefreshing, INTERVAL_MS, devices);
  }
};
