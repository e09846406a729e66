// Talks to the platform. What fails is thrown as a Problem (RFC 9457), with words to show.

const TOKEN = "holdfast-token";

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? `the platform answered ${status}`);
    this.status = status;
    this.title = body.title ?? "";
    this.retry = body.retry ?? false;
  }
}

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (value) => sessionStorage.setItem(TOKEN, value),
};

let csrf = {};

/** Keeps the header that the host wants in requests that change something. */
export const know = (session) => (csrf = session.csrfHeader ? { [session.csrfHeader]: session.csrfToken } : {});

export function headers() {
  return token.get() ? { Authorization: `Bearer ${token.get()}` } : {};
}

/** The page stands where the host has mounted it, so every address is relative to it. */
export const here = (path) => (path.startsWith("/") ? `.${path}` : path);

async function call(method, path, body) {
  const options = { method, headers: { ...headers() }, cache: "no-store" };
  if (method === "DELETE") {
    Object.assign(options.headers, csrf);
  }
  if (body !== undefined) {
    Object.assign(options.headers, csrf, { "Content-Type": "application/json" });
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(here(path), options);
  } catch {
    throw new Problem(0, { title: "not reached", detail: "The platform does not answer. It is tried again by itself." });
  }
  if (!response.ok) {
    const problem = new Problem(response.status, await response.json().catch(() => ({})));
    problem.wantsToken = (response.headers.get("WWW-Authenticate") ?? "").startsWith("Bearer");
    throw problem;
  }
  return response;
}

export async function get(path) {
  return (await call("GET", path)).json();
}

/** Returns a part of a list, and where the next one is. */
export async function part(path) {
  const response = await call("GET", path);
  const next = /^<([^>]*)>; rel="next"$/.exec(response.headers.get("Link") ?? "");
  return { items: await response.json(), next: next && new URL(next[1], response.url).href };
}

/** Returns the whole of a list, up to a few thousand. */
export async function all(path) {
  let { items, next } = await part(`${path}${path.includes("?") ? "&" : "?"}limit=500`);
  while (next && items.length < 5000) {
    const more = await part(next);
    items = items.concat(more.items);
    next = more.next;
  }
  return items;
}

export async function post(path, body = {}) {
  const response = await call("POST", path, body);
  return response.status === 204 ? null : response.json();
}

export async function put(path, body = {}) {
  return (await call("PUT", path, body)).json();
}

export async function remove(path) {
  return (await call("DELETE", path)).json();
}

export const at = (...parts) => `/${parts.map(encodeURIComponent).join("/")}`;
