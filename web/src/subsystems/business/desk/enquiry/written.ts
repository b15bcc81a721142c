import type { Json } from "../../../../api/contract";

function isAnswer(value: unknown): value is Json {
  if (typeof value === "string") return value !== "";
  return typeof value === "number" || typeof value === "boolean";
}

/** What was answered of the questions of a form: what was cleared is not sent. */
export function answersOf(fields: Record<string, unknown> | undefined): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).flatMap(([key, value]): [string, Json][] =>
      isAnswer(value) ? [[key, value]] : [],
    ),
  );
}
