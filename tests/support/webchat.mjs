// A person in the web chat, without the page.
import { once } from 'node:events';

import WebSocket from 'ws';

/** Says something, and resolves with the first words of the agent or the gateway. `account` names one of several;
 * with `mayFail` a refusal rejects at once, else the words that may follow it count. */
export async function askWebchat(gateway, text, { account, token = 'abcdefghijklmnopqrstuvwxyz', mayFail = false } = {}) {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/channels/webchat/${account ? `${account}/` : ''}ws`);
  let timer;
  try {
    await once(socket, 'open');
    const answer = new Promise((resolve, reject) => {
      socket.on('close', (code) => reject(new Error(`closed: ${code}`)));
      timer = setTimeout(() => reject(new Error(`no answer to ${text}\n${gateway.output.slice(-2000)}`)), 20_000);
      socket.on('message', (data) => {
        const frame = JSON.parse(data);
        if (frame.type === 'welcome') socket.send(JSON.stringify({ type: 'message', id: 'message-1', text }));
        if (frame.type === 'error') reject(new Error(frame.code));
        if (mayFail && frame.type === 'ack' && frame.outcome === 'refused') reject(new Error('refused'));
        if (frame.type === 'message' && frame.role !== 'user') resolve(frame.text);
      });
    });
    socket.send(JSON.stringify({ type: 'hello', protocol: 1, token }));
    return await answer;
  } finally {
    clearTimeout(timer);
    socket.removeAllListeners('close');
    socket.terminate();
  }
}
