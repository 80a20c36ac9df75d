// A request with its response, and their text without secrets.

const SHOWN = ["content-type", "www-authenticate", "cache-control", "retry-after"];
const REASONS = {
  200: "OK", 204: "No Content", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
  404: "Not Found", 429: "Too Many Requests", 503: "Service Unavailable",
};

const names = new Map(); // Secrets, and the names shown instead.

export const conceal = (raw, name) => raw && names.set(raw, `‹${name}›`);

const masked = (text) => {
  for (const [raw, name] of names) text = text.replaceAll(raw, name);
  return text;
};

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

const pretty = (text) => {
  if (text.startsWith("<") || text.startsWith("\n<")) return "‹a page›";
  return /^[[{]/.test(text) ? JSON.stringify(JSON.parse(text), null, 2) : text;
};

const csrfToken = () => {
  const found = /(?:^|; )csrftoken=(\w+)/.exec(document.cookie);
  if (found) conceal(found[1], "CSRF token");
  return found?.[1] ?? "";
};

// Send a request; `form` has its fields. Without a response the status is 0.
// With `hasCookie` the browser adds its cookies, and this the token against forgeries.
export const exchange = async (method, path, { authorization, form, hasCookie } = {}) => {
  const headers = {};
  if (authorization) headers.Authorization = authorization;
  if (hasCookie && method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (form) headers["Content-Type"] = "application/x-www-form-urlencoded";
  const body = form && new URLSearchParams(form).toString();
  const startedAt = Date.now();
  const credentials = hasCookie ? "same-origin" : "omit";
  let answer, text;
  try {
    answer = await fetch(path, { method, headers, body, credentials, cache: "no-store", redirect: "manual" });
    text = await answer.text();
  } catch {
    return { method, path, startedAt, status: 0, data: {}, show: () => ["", "no response"] };
  }
  const status = answer.type === "opaqueredirect" ? 302 : answer.status; // A page cannot read it.
  return {
    method, path, startedAt, status, data: parsed(text), text,
    // Called later, when a new token has its name.
    show: () => [
      [`${method} ${path} HTTP/1.1`, ...lines(Object.entries(headers)), ...(hasCookie ? ["Cookie: ‹session cookie›"] : []), ...(body ? ["", plain(form)] : [])],
      [`HTTP/1.1 ${status} ${REASONS[status] ?? ""}`, ...lines(kept(answer.headers)), ...(text ? ["", masked(pretty(text))] : [])],
    ].map((part) => part.join("\n")),
  };
};

const lines = (headers) => headers.map(([name, value]) => `${titled(name)}: ${masked(value)}`);
const titled = (name) => name.replace(/(^|-)[a-z]/g, (c) => c.toUpperCase()).replace("Www", "WWW");
const kept = (headers) => SHOWN.filter((name) => headers.has(name)).map((name) => [name, headers.get(name)]);
const plain = (form) => Object.entries(form).map(([k, v]) => `${k}=${masked(v)}`).join("&");
