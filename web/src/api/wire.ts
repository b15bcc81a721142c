/** What the generated types of `schema.ts` become before they are used: see `contract.ts`. */
import type { components } from "./schema";

export type Schemas = components["schemas"];

/** What the server sends: a field without a value is null, never missing. */
export type Sent<T> = T extends (infer One)[]
  ? Sent<One>[]
  : T extends object
    ? { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
    : T;

/** `T` with some of its fields known more exactly. */
export type Narrow<T, N extends { [K in keyof N]: K extends keyof T ? unknown : never }> = Omit<
  T,
  keyof N
> &
  N;

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}
