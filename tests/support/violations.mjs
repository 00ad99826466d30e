// Sees to it that no test passes while the gateway asks a platform for what its description does not have.
import assert from 'node:assert/strict';
import { after, afterEach } from 'node:test';

const watched = new Set();

/** A fake says so when it starts. Who breaks a rule on purpose takes it out of `fake.violations` again. */
export function watch(fake) {
  watched.add(fake);
}

function check() {
  assert.deepEqual([...watched].flatMap((fake) => fake.violations.splice(0)), [], 'requests that the platform does not know');
}
// After the hooks of the test's own file, which tidy up: node runs none behind one that fails.
setImmediate(() => afterEach(check));
after(check); // what came while the last test was tidied up
