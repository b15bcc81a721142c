/** A part of a line. */
export type Inline =
  | { kind: "text" | "strong" | "emphasis" | "code"; text: string }
  | { kind: "link"; text: string; href: string };

/** A part of a text. */
export type Block =
  | { kind: "heading"; level: number; parts: Inline[] }
  | { kind: "paragraph" | "quote"; lines: Inline[][] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "code"; text: string };

/** Code, bold, emphasis and links to pages elsewhere; everything else is text. */
const MARKS =
  /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\][]+)\]\((https?:\/\/[^\s()]+)\)/g;
const HEADING = /^(#{1,4})\s+(.+)$/;
const BULLET = /^\s*[-*+]\s+(.+)$/;
const NUMBER = /^\s*\d{1,9}[.)、]\s*(.+)$/;
const QUOTE = /^>\s?(.*)$/;
const FENCE = /^```/;

/** The parts of a line. */
export function inlinesOf(line: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of line.matchAll(MARKS)) {
    if (match.index > from) parts.push({ kind: "text", text: line.slice(from, match.index) });
    const [, code, strong, emphasis, name, href] = match;
    if (code !== undefined) parts.push({ kind: "code", text: code });
    if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    if (emphasis !== undefined) parts.push({ kind: "emphasis", text: emphasis });
    if (name !== undefined && href !== undefined) parts.push({ kind: "link", text: name, href });
    from = match.index + match[0].length;
  }
  if (from < line.length) parts.push({ kind: "text", text: line.slice(from) });
  return parts;
}

/** What a line begins, other than a fence. */
function lineOf(line: string): Block {
  const heading = HEADING.exec(line);
  if (heading) {
    const [, marks = "", text = ""] = heading;
    return { kind: "heading", level: marks.length, parts: inlinesOf(text) };
  }
  const bullet = BULLET.exec(line);
  if (bullet) return { kind: "list", ordered: false, items: [inlinesOf(bullet[1] ?? "")] };
  const number = NUMBER.exec(line);
  if (number) return { kind: "list", ordered: true, items: [inlinesOf(number[1] ?? "")] };
  const quote = QUOTE.exec(line);
  if (quote) return { kind: "quote", lines: [inlinesOf(quote[1] ?? "")] };
  return { kind: "paragraph", lines: [inlinesOf(line)] };
}

/** Adds a line to the block before it, if it goes on there. */
function goesOn(before: Block | undefined, next: Block): boolean {
  if (before?.kind === "list" && next.kind === "list" && before.ordered === next.ordered) {
    before.items.push(...next.items);
    return true;
  }
  const lines = (one: Block | undefined) =>
    one?.kind === "paragraph" || one?.kind === "quote" ? one : null;
  const [old, fresh] = [lines(before), lines(next)];
  if (old === null || fresh === null || old.kind !== fresh.kind) return false;
  old.lines.push(...fresh.lines);
  return true;
}

/**
 * A text in Markdown, as far as people use it for instructions: headings, lists, quotes, code,
 * bold, emphasis, links. HTML in it is text.
 */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let code: string[] | null = null;
  let apart = true;
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    if (FENCE.test(line)) {
      if (code !== null) blocks.push({ kind: "code", text: code.join("\n") });
      code = code === null ? [] : null;
      apart = true;
    } else if (code !== null) {
      code.push(line);
    } else if (line.trim() === "") {
      apart = true;
    } else {
      const next = lineOf(line);
      if (apart && next.kind !== "list") blocks.push(next);
      else if (!goesOn(blocks.at(-1), next)) blocks.push(next);
      apart = false;
    }
  }
  // A fence that nobody closed holds the rest.
  if (code !== null) blocks.push({ kind: "code", text: code.join("\n") });
  return blocks;
}
