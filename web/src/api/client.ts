import { say } from "../kit/say";
import type { Language, ProblemView } from "./contract";
import { blankProblem, Problem } from "./problem";
import { words } from "./words";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type QueryValue = string | number | boolean | null | undefined;
export type Query = Record<string, QueryValue>;

/** One request to `/api/v1`; `version` becomes `If-Match`. */
export interface Ask {
  method: Method;
  path: string;
  query?: Query;
  body?: unknown;
  /** A file as the body, instead of JSON. */
  file?: Blob;
  version?: number;
  signal?: AbortSignal;
}

const identity: { csrf: string; language: Language } = { csrf: "", language: "en" };

/** Remembers the token that unsafe requests of this session must carry. */
export function setCsrf(token: string): void {
  identity.csrf = token;
}

/** Sets the language in which the server words its problems. */
export function setRequestLanguage(language: Language): void {
  identity.language = language;
}

/** `path?query` under `/api/v1`, without what is empty. */
export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const tail = search.toString();
  return `/api/v1${path}${tail ? `?${tail}` : ""}`;
}

function headersOf(request: Ask): Headers {
  const headers = new Headers({
    Accept: "application/json",
    "Accept-Language": identity.language,
  });
  if (request.method !== "GET" && identity.csrf) headers.set("X-CSRF-Token", identity.csrf);
  if (request.version !== undefined) headers.set("If-Match", `"${request.version}"`);
  if (request.file !== undefined) headers.set("Content-Type", "application/octet-stream");
  else if (request.body !== undefined) headers.set("Content-Type", "application/json");
  return headers;
}

function bodyOf(request: Ask): BodyInit | null {
  if (request.file !== undefined) return request.file;
  return request.body === undefined ? null : JSON.stringify(request.body);
}

async function send(request: Ask): Promise<Response> {
  try {
    return await globalThis.fetch(addressOf(request.path, request.query), {
      method: request.method,
      headers: headersOf(request),
      body: bodyOf(request),
      credentials: "same-origin",
      signal: request.signal ?? null,
    });
  } catch (fault) {
    if (request.signal?.aborted) throw fault;
    const said = say(words, identity.language);
    throw new Problem({
      ...blankProblem,
      title: said.unreachable,
      detail: said.unreachable_detail,
      code: "unreachable",
    });
  }
}

async function problemFrom(response: Response): Promise<Problem> {
  const fallback = {
    ...blankProblem,
    status: response.status,
    title: `${response.status} ${response.statusText}`.trim(),
    code: "unreadable",
  };
  try {
    const sent: Partial<ProblemView> = await response.json();
    return new Problem({ ...fallback, ...sent, fields: sent.fields ?? [] });
  } catch {
    return new Problem({ ...fallback, detail: say(words, identity.language).unreadable });
  }
}

/** Sends a request and gives its JSON; throws a [`Problem`] for anything but success. */
export async function ask<T>(request: Ask): Promise<T> {
  const response = await send(request);
  if (!response.ok) throw await problemFrom(response);
  const text = await response.text();
  return JSON.parse(text === "" ? "null" : text);
}
