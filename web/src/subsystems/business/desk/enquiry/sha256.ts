/**
 * SHA-256 (FIPS 180-4), one block at a time. The browser's own is missing on pages that come
 * without TLS, and answers each time through a promise, which costs more than the digest.
 */
const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

const ROUNDS = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const FIRST = new Uint32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

function turned(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

const words = new Uint32Array(64);

/** Takes the 64 bytes of `bytes` from `at` on into `state`. */
function compress(state: Uint32Array, bytes: Uint8Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, BLOCK_BYTES);
  for (let i = 0; i < 16; i += 1) words[i] = view.getUint32(4 * i);
  for (let i = 16; i < 64; i += 1) {
    const before = words[i - 15] ?? 0;
    const last = words[i - 2] ?? 0;
    const low = turned(before, 7) ^ turned(before, 18) ^ (before >>> 3);
    const high = turned(last, 17) ^ turned(last, 19) ^ (last >>> 10);
    words[i] = (words[i - 16] ?? 0) + low + (words[i - 7] ?? 0) + high;
  }
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let i = 0; i < 64; i += 1) {
    const right = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const chosen = (e & f) ^ (~e & g);
    const one = (h + right + chosen + (ROUNDS[i] ?? 0) + (words[i] ?? 0)) | 0;
    const left = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const most = (a & b) ^ (a & c) ^ (b & c);
    const two = (left + most) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  const worked = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = (state[i] ?? 0) + (worked[i] ?? 0);
}

/** Gives the digest of `prefix` and whatever follows it; `prefix` is looked at once. */
export function digestAfter(prefix: Uint8Array): (rest: Uint8Array) => Uint32Array {
  const whole = prefix.length - (prefix.length % BLOCK_BYTES);
  const begun = FIRST.slice();
  for (let at = 0; at < whole; at += BLOCK_BYTES) compress(begun, prefix, at);
  const left = prefix.subarray(whole);
  return (rest) => {
    const said = left.length + rest.length;
    const size = Math.ceil((said + 1 + LENGTH_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
    const tail = new Uint8Array(size);
    tail.set(left);
    tail.set(rest, left.length);
    tail[said] = 0x80;
    // What is digested here is far shorter than the 2^29 bytes whose bits fit into 32 bits.
    new DataView(tail.buffer).setUint32(size - 4, 8 * (whole + said));
    const state = begun.slice();
    for (let at = 0; at < size; at += BLOCK_BYTES) compress(state, tail, at);
    return state;
  };
}

/** How many bits of a digest are zero before the first that is not. */
export function zeroBitsOf(digest: Uint32Array): number {
  let zeros = 0;
  for (const word of digest) {
    zeros += Math.clz32(word);
    if (word !== 0) break;
  }
  return zeros;
}
