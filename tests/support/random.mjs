// Random numbers that a failed test can be given again.

/** A generator of numbers in [0, 1) from a seed that the test prints; OPENCLAW_TEST_SEED sets it. */
export function seeded(t) {
  const seed = Number(process.env.OPENCLAW_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`OPENCLAW_TEST_SEED=${seed}`);
  let state = seed;
  return () => { // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
