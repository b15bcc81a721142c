/** Something that is said of a place in a query. */
export interface Note {
  severity: "error" | "warning" | "info";
  text: string;
  /** From 1; null where no place is meant. */
  place: { line: number; column: number } | null;
}

const AT_END = /^([\s\S]*?)\s*\((\d+):(\d+)\)$/;
const AT_START = /^(?:invalid parameter "query": )?(\d+):(\d+): (?:parse error: )?([\s\S]*)$/;
const LEADS = /^PromQL (?:warning|info): /;

/** A warning or an info of an answer, with its place at the end. */
export function noteOf(severity: "warning" | "info", said: string): Note {
  const plain = said.replace(LEADS, "");
  const [, text, line, column] = AT_END.exec(plain) ?? [];
  if (text === undefined) return { severity, text: plain, place: null };
  return { severity, text, place: { line: Number(line), column: Number(column) } };
}

/** Why a query was refused, with its place at the beginning. */
export function faultNote(said: string): Note {
  const [, line, column, text] = AT_START.exec(said) ?? [];
  if (text === undefined) return { severity: "error", text: said, place: null };
  return { severity: "error", text, place: { line: Number(line), column: Number(column) } };
}

/** Where in a text line and column are; the server counts columns in bytes. */
export function offsetOf(text: string, place: { line: number; column: number }): number {
  const lines = text.split("\n");
  const before = lines.slice(0, place.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const bytes = new TextEncoder().encode(lines[place.line - 1] ?? "").slice(0, place.column - 1);
  return Math.min(text.length, before + new TextDecoder().decode(bytes).length);
}

/** The end of the word that begins at an offset, at least one letter further where there is one. */
export function endOfWord(text: string, from: number): number {
  const word = /^[\w:.]+/.exec(text.slice(from))?.[0] ?? "";
  return Math.min(text.length, from + Math.max(1, word.length));
}
