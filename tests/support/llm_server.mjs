// An LLM platform for tests: aimock behind a gate that checks each request against the official
// descriptions and can be told to fail.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { specFile } from './specs.mjs';
import { watch } from './violations.mjs';

/** Checks request bodies, or undefined where the specifications are not at hand. */
async function loadChecks() {
  const files = { openai: specFile('openai.openapi.json'), anthropic: specFile('anthropic.openapi.json') };
  if (!files.openai || !files.anthropic) return undefined;
  const { default: Ajv } = await import('ajv/dist/2020.js');
  const compile = (file, schema) => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
    const { components } = JSON.parse(readFileSync(files[file], 'utf8'));
    ajv.addSchema({ $id: file, components });
    return ajv.compile({ $ref: `${file}#/components/schemas/${schema}` });
  };
  return {
    '/v1/chat/completions': compile('openai', 'CreateChatCompletionRequest'),
    '/v1/messages': compile('anthropic', 'CreateMessageParams'),
  };
}

export class LlmServer {
  requests = [];    // { path, headers, body }
  violations = [];  // { path, problems, body }
  #failures = [];
  #checks;
  #mock;
  #server;

  /** `fixtures(mock)` tells aimock what to answer. */
  async start(fixtures) {
    watch(this);
    const { LLMock } = await import('@copilotkit/aimock');
    this.#checks = await loadChecks();
    this.#mock = new LLMock({ port: 0 });
    fixtures(this.#mock);
    await this.#mock.start();
    this.#server = createServer((req, res) => this.#handle(req, res));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  /** The next `times` requests whose path begins so get this answer, or a cut after `cutAfter` bytes. */
  fail(prefix, { status = 500, body = '{"error":{"message":"broken","type":"server_error"}}', headers = {}, cutAfter, times = 1 }) {
    this.#failures.push({ prefix, status, body, headers, cutAfter, times });
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#mock.stop();
  }

  async #handle(req, res) {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const target = new URL(req.url, 'http://x').pathname;
    let body;
    if (raw.length > 0) {
      body = JSON.parse(raw.toString());
      this.requests.push({ path: target, headers: req.headers, body });
      const check = this.#checks?.[target];
      if (check && !check(body)) this.violations.push({ path: target, problems: check.errors, body });
    }
    const failure = this.#failures.find((f) => f.times > 0 && target.startsWith(f.prefix));
    if (failure) failure.times--;
    if (failure && failure.cutAfter === undefined) {
      res.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers });
      res.end(failure.body);
      return;
    }
    const upstream = httpRequest(this.#mock.url + req.url, { method: req.method, headers: { ...req.headers, host: new URL(this.#mock.url).host } }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      let sent = 0;
      answer.on('data', (d) => {
        if (failure && sent + d.length > failure.cutAfter) {
          res.write(d.subarray(0, Math.max(0, failure.cutAfter - sent)), () => res.destroy());
          sent = Number.MAX_SAFE_INTEGER;
          return;
        }
        sent += d.length;
        if (!res.destroyed) res.write(d);
      });
      answer.on('end', () => res.end());
    });
    upstream.on('error', () => res.destroy());
    upstream.end(raw);
  }
}
