// Waits for what nothing tells of, by looking again and again until a deadline.

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Until `holds()` gives something, and gives that. `what`, or what it returns in the end, says what never came. */
export async function until(what, holds, timeout = 30_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`never: ${typeof what === 'function' ? what() : what}`);
    await pause(20);
  }
}
