// The Telegram fake in a process of its own: its clock is not held up, and what it prints is nobody's.
import { TelegramServer } from '../support/telegram_server.mjs';

const [first, chats] = process.argv.slice(2).map(Number);
const telegram = await new TelegramServer().start();
for (let id = first; id < first + chats; ++id) telegram.addChat({ id, type: 'private', first_name: `User ${id}` });
process.send({ apiRoot: telegram.apiRoot, token: telegram.token });
await telegram.waitForSent(1, { timeoutMs: 600_000 });
process.send({ sentAt: String(process.hrtime.bigint()) });  // the clock of every process of this machine
