// The process dies at every named place and at random times: no accepted message is lost, no reply
// is sent twice, and what is in doubt is counted as unknown.
import { test } from 'node:test';
import { afterSend, beforeAnySend, dieAt, killAtRandom, mayBeSent, sendWindow, timesAt } from '../support/crashing.mjs';

for (const name of [...beforeAnySend, ...mayBeSent, ...sendWindow, ...afterSend]) {
  test(`dying at ${name} loses nothing and repeats nothing`, async () => {
    await Promise.all(timesAt(name).map((nth) => dieAt(name, nth)));
  });
}

test('kill -9 at random times over 200 messages loses nothing', async (t) => {
  await killAtRandom(t);
});
