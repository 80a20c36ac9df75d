// One exchange with the server, and how it may be shown: without anything that could be used.

const SHOWN = ["content-type", "www-authenticate", "cache-control", "retry-after"];
const REASONS = {
  200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
  404: "Not Found", 429: "Too Many Requests", 503: "Service Unavailable",
};

const names = new Map(); // What is secret, and what is shown in its place.

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

const pretty = (text) => (/^[[{]/.test(text) ? JSON.stringify(JSON.parse(text), null, 2) : text);

// `form` is a record of fields. Resolves to what happened, also when nobody answered (status 0).
export const exchange = async (method, path, { authorization, form } = {}) => {
  const headers = {};
  if (authorization) headers.Authorization = authorization;
  if (form) headers["Content-Type"] = "application/x-www-form-urlencoded";
  const body = form && new URLSearchParams(form).toString();
  const startedAt = Date.now();
  let answer, text;
  try {
    answer = await fetch(path, { method, headers, body, credentials: "omit", cache: "no-store" });
    text = await answer.text();
  } catch {
    return { method, path, startedAt, status: 0, data: {}, show: () => ["", "nobody answered"] };
  }
  return {
    method, path, startedAt, status: answer.status, data: parsed(text), text,
    // Late, so that a token that was just issued has got its name.
    show: () => [
      [`${method} ${path} HTTP/1.1`, ...lines(Object.entries(headers)), ...(body ? ["", plain(form)] : [])],
      [`HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? ""}`, ...lines(kept(answer.headers)), ...(text ? ["", masked(pretty(text))] : [])],
    ].map((part) => part.join("\n")),
  };
};

const lines = (headers) => headers.map(([name, value]) => `${titled(name)}: ${masked(value)}`);
const titled = (name) => name.replace(/(^|-)[a-z]/g, (c) => c.toUpperCase()).replace("Www", "WWW");
const kept = (headers) => SHOWN.filter((name) => headers.has(name)).map((name) => [name, headers.get(name)]);
const plain = (form) => Object.entries(form).map(([k, v]) => `${k}=${masked(v)}`).join("&");
