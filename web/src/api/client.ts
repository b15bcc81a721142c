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
  /** A form as the body, instead of JSON. */
  form?: URLSearchParams;
  version?: number;
  /** Without saying who is signed in: for pages that are for everybody. */
  anonymous?: boolean;
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

/** A request to any address of this server. */
export type Sending = Omit<Ask, "path" | "query">;

function headersOf(request: Sending): Headers {
  const headers = new Headers({
    Accept: "application/json",
    "Accept-Language": identity.language,
  });
  const vouched = request.method !== "GET" && !request.anonymous;
  if (vouched && identity.csrf) headers.set("X-CSRF-Token", identity.csrf);
  if (request.version !== undefined) headers.set("If-Match", `"${request.version}"`);
  if (request.file !== undefined) headers.set("Content-Type", "application/octet-stream");
  else if (request.body !== undefined) headers.set("Content-Type", "application/json");
  return headers;
}

function bodyOf(request: Sending): BodyInit | null {
  // The browser names the form's media type.
  if (request.form !== undefined) return request.form;
  if (request.file !== undefined) return request.file;
  return request.body === undefined ? null : JSON.stringify(request.body);
}

/** Sends a request and gives whatever is answered; throws a [`Problem`] when nothing is. */
export async function sendTo(address: string, request: Sending): Promise<Response> {
  try {
    return await globalThis.fetch(address, {
      method: request.method,
      headers: headersOf(request),
      body: bodyOf(request),
      credentials: request.anonymous ? "omit" : "same-origin",
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

/** What a refusal says. */
export async function problemFrom(response: Response): Promise<Problem> {
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

async function answerOf(request: Ask): Promise<Response> {
  const response = await sendTo(addressOf(request.path, request.query), request);
  if (!response.ok) throw await problemFrom(response);
  return response;
}

/** Sends a request and gives its JSON; throws a [`Problem`] for anything but success. */
export async function ask<T>(request: Ask): Promise<T> {
  const text = await (await answerOf(request)).text();
  return JSON.parse(text === "" ? "null" : text);
}

/** The same for what has its version in the ETag only; 0 where there is none. */
export async function askVersioned<T>(request: Ask): Promise<{ value: T; version: number }> {
  const response = await answerOf(request);
  const version = Number(response.headers.get("ETag")?.replaceAll('"', "") ?? 0);
  return { value: JSON.parse(await response.text()), version };
}
