// The kinds of token: how to log in, to refresh, to read a response, and to identify a token.

const CLIENT = { client_id: "demonstration" };

const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const digest = async (algorithm, text) => hex(await crypto.subtle.digest(algorithm, bytes(text)));
const digested = (algorithm) => async (raw) => ["", await digest(algorithm, raw)];

const claimsOf = (raw) => {
  const payload = raw.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))));
};

// login, refresh: the path and the form of a request. taken: the tokens of its response.
// identified: issuer and identifier, as in TokenRef. scope: what else a logout revokes.
const kinds = {
  simplejwt: {
    scheme: "Bearer",
    login: (credentials) => ["/api/token/", credentials],
    refresh: (raw) => ["/api/token/refresh/", { refresh: raw }],
    taken: ({ access, refresh }) => ({ access, refresh }),
    identified: async (raw) => [claimsOf(raw).iss ?? "", claimsOf(raw).jti],
  },
  authtoken: {
    scheme: "Token",
    login: (credentials) => ["/auth/login/", credentials],
    taken: ({ token }) => ({ access: token }),
    identified: digested("SHA-256"),
    scope: ", on every device that shares it",
  },
  knox: {
    scheme: "Knox",
    login: (credentials) => ["/api/knox/", credentials],
    taken: ({ token }) => ({ access: token }),
    identified: digested("SHA-512"),
  },
  oauth2_provider: {
    scheme: "Bearer",
    login: (credentials) => ["/o/token/", { grant_type: "password", ...CLIENT, ...credentials }],
    refresh: (raw) => ["/o/token/", { grant_type: "refresh_token", ...CLIENT, refresh_token: raw }],
    taken: ({ access_token, refresh_token }) => ({ access: access_token, refresh: refresh_token }),
    identified: digested("SHA-256"),
  },
};

// The first characters of TokenRef.key, as in the list of active tokens, the admin and the log.
const fingerprint = async (name, raw) => {
  const parts = ["token", name, ...(await kinds[name].identified(raw))];
  const data = parts.map((part) => `${bytes(part).length}:${part}`).join("");
  return (await digest("SHA-256", data)).slice(0, 8);
};

export const kindOf = (name) => ({ name, scope: "", ...kinds[name], fingerprint: (raw) => fingerprint(name, raw) });
