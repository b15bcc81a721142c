import { problemFrom, sendTo } from "../../api/client";
import { blankProblem, Problem } from "../../api/problem";
import type { Answer } from "./wire";

const BASE = "/prometheus/api/v1";
/** Longer questions go into the body: addresses may only be so long. */
const ADDRESS_MAX = 4000;

interface Sent<T> {
  status: "success" | "error";
  data: T;
  warnings?: string[];
  infos?: string[];
  errorType?: string;
  error?: string;
}

/** What a problem of a query is called, by its `errorType`. */
export const QUERY_FAULTS = [
  "bad_data",
  "execution",
  "timeout",
  "canceled",
  "unavailable",
  "internal",
] as const;

async function refusalOf(response: Response): Promise<Problem> {
  const copy = response.clone();
  try {
    const sent: Partial<Sent<unknown>> = await response.json();
    if (sent.status === "error" && sent.error !== undefined) {
      const { error: detail, errorType: code = "" } = sent;
      return new Problem({ ...blankProblem, status: response.status, title: detail, detail, code });
    }
  } catch {
    // What is no answer of Prometheus is one of ours, or none.
  }
  return problemFrom(copy);
}

type Params = Record<string, string | number | undefined>;

function searchOf(params: Params): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  return search;
}

/** Asks the Prometheus API of this server; throws a [`Problem`] for anything but success. */
export async function askPrometheus<T>(
  path: string,
  params: Params,
  signal?: AbortSignal,
): Promise<Answer<T>> {
  const search = searchOf(params);
  const tail = search.toString();
  const long = tail.length > ADDRESS_MAX;
  const response = await sendTo(`${BASE}/${path}${long || tail === "" ? "" : `?${tail}`}`, {
    method: long ? "POST" : "GET",
    ...(long ? { form: search } : {}),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await refusalOf(response);
  const { data, warnings = [], infos = [] }: Sent<T> = await response.json();
  return { data, warnings, infos };
}

/**
 * Has the Prometheus API of this server do something; null where nothing is answered. Throws a
 * [`Problem`] for anything but success.
 */
export async function orderPrometheus<T>(path: string, params: Params = {}): Promise<T> {
  const tail = searchOf(params).toString();
  const address = `${BASE}/${path}${tail === "" ? "" : `?${tail}`}`;
  const response = await sendTo(address, { method: "POST" });
  if (!response.ok) throw await refusalOf(response);
  const text = await response.text();
  return JSON.parse(text === "" ? '{"data":null}' : text).data;
}
