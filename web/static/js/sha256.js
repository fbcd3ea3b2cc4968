// Worker: takes the SHA-256 of a file bit by bit, because crypto.subtle wants all of it in memory at once.
const SLICE = 4 * 2 ** 20;
const K = new Int32Array(64);
const H = new Int32Array(8);
const w = new Int32Array(64);

// The constants are the first bits of the roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
for (let n = 2, found = 0; found < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (found < 8) H[found] = fraction(Math.sqrt(n));
  K[found++] = fraction(Math.cbrt(n));
}

onmessage = async ({ data: file }) => {
  const state = Int32Array.from(H);
  for (let start = 0; start < file.size; start += SLICE) {
    const bytes = new Uint8Array(await file.slice(start, start + SLICE).arrayBuffer());
    const last = start + bytes.length >= file.size;
    digest(state, last ? padded(bytes, file.size) : bytes);
    postMessage({ done: start + bytes.length });
  }
  const hex = [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0"));
  postMessage({ sha256: hex.join("") });
};

function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

function padded(bytes, size) {
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor(size / 2 ** 29));
  view.setUint32(whole.length - 4, (size * 8) >>> 0);
  return whole;
}

function digest(state, bytes) {
  let [a0, b0, c0, d0, e0, f0, g0, h0] = state;
  for (let at = 0; at < bytes.length; at += 64) {
    for (let t = 0, p = at; t < 16; t++, p += 4) {
      w[t] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
    }
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    let a = a0, b = b0, c = c0, d = d0, e = e0, f = f0, g = g0, h = h0;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0;
      d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    a0 = (a0 + a) | 0; b0 = (b0 + b) | 0; c0 = (c0 + c) | 0; d0 = (d0 + d) | 0;
    e0 = (e0 + e) | 0; f0 = (f0 + f) | 0; g0 = (g0 + g) | 0; h0 = (h0 + h) | 0;
  }
  state.set([a0, b0, c0, d0, e0, f0, g0, h0]);
}
