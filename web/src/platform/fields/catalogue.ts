import type { Words } from "../../kit/say";
import { words as desk } from "./desk/words";
import { words as incidents } from "./incidents/words";
import { words as notify } from "./notify/words";
import { words as series } from "./series/words";
import { words as general } from "./words";

/** What the fields of facts, of the things they are about, and of coming changes are called. */
export const catalogue = { ...general, ...notify, ...incidents, ...desk, ...series } satisfies Words;
