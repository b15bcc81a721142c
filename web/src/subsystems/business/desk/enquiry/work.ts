import { sha256 } from "@noble/hashes/sha2.js";

/** How many bits of a digest are zero before the first that is not. */
export function zeroBitsOf(digest: Uint8Array): number {
  const first = digest.findIndex((byte) => byte !== 0);
  if (first < 0) return 8 * digest.length;
  return 8 * first + Math.clz32(digest[first] ?? 0) - 24;
}

/**
 * The least number that, written after `stamp:`, gives a SHA-256 that begins with `bits` zero bits;
 * on the average 2^bits are tried. The browser's own digest is missing on pages that come without
 * TLS, and answers each time through a promise, which costs more than the digest.
 * Source: Hashcash (Back, 2002).
 */
export function workedOut(stamp: string, bits: number): string {
  if (bits === 0) return "";
  const written = new TextEncoder();
  const begun = sha256.create().update(written.encode(`${stamp}:`));
  for (let tried = 0; ; tried += 1) {
    const text = String(tried);
    if (zeroBitsOf(begun.clone().update(written.encode(text)).digest()) >= bits) return text;
  }
}
