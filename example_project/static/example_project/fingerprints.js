// Name tokens as the server names them, so that the same eight characters stand here, in the list of
// active tokens, in the admin and in the log: the beginning of TokenRef.key.

const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const digest = async (algorithm, text) => hex(await crypto.subtle.digest(algorithm, bytes(text)));

// name_key() of token_revocation.tokens, as far as people see it.
const nameKey = async (...parts) => {
  const data = parts.map((part) => `${bytes(part).length}:${part}`).join("");
  return (await digest("SHA-256", data)).slice(0, 8);
};

export const claimsOf = (raw) => {
  const payload = raw.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))));
};

const identifiers = {
  simplejwt: async (raw) => [claimsOf(raw).iss ?? "", claimsOf(raw).jti],
  authtoken: async (raw) => ["", await digest("SHA-256", raw)],
  knox: async (raw) => ["", await digest("SHA-512", raw)],
};

export const fingerprint = async (kind, raw) => nameKey("token", kind, ...(await identifiers[kind](raw)));

// What the token belongs to: its session, or nothing but itself.
export const family = async (kind, raw) => {
  const session = kind === "simplejwt" ? claimsOf(raw).sid : undefined;
  return session ? nameKey("subject", "session", session) : fingerprint(kind, raw);
};
