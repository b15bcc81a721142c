import { digestAfter, zeroBitsOf } from "./sha256";

/**
 * The least number that, written after `stamp:`, gives a SHA-256 that begins with `bits` zero bits;
 * on the average 2^bits are tried. Source: Hashcash (Back, 2002).
 */
export function workedOut(stamp: string, bits: number): string {
  if (bits === 0) return "";
  const written = new TextEncoder();
  const digest = digestAfter(written.encode(`${stamp}:`));
  for (let tried = 0; ; tried += 1) {
    const text = String(tried);
    if (zeroBitsOf(digest(written.encode(text))) >= bits) return text;
  }
}
