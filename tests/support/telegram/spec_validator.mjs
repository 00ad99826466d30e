// Checks requests and updates against the Bot API's OpenAPI description, where it is at hand.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = 'telegram-bot-api-10.1.openapi.json';
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Where the description lies, or undefined. */
export function specPath() {
  const folder = process.env.OPENCLAW_SPECS ?? join(root, '..', 'shared', 'specs');
  const path = join(folder, FILE);
  return existsSync(path) ? path : undefined;
}

export class SpecValidator {
  #ajv;
  #schemas;
  #compiled = new Map();
  static #loaded; // compiling takes seconds: one for all servers of a test file

  /** Undefined when there is no description to check against. */
  static load(path = specPath()) {
    if (!path) return undefined;
    SpecValidator.#loaded ??= import('ajv/dist/2020.js').then(
      ({ default: Ajv }) => new SpecValidator(Ajv, JSON.parse(readFileSync(path, 'utf8'))));
    return SpecValidator.#loaded;
  }

  constructor(Ajv, spec) {
    this.#ajv = new Ajv({ strict: false, validateFormats: false });
    this.#schemas = spec.components.schemas;
    this.#ajv.addSchema({ $id: 'telegram', components: spec.components });
    // Now, rather than while a test waits for something.
    for (const schema of ['Update', '_getUpdatesRequest', '_sendMessageRequest', '_sendMessageDraftRequest',
      '_sendChatActionRequest', '_editMessageTextRequest', '_setWebhookRequest', '_getMeRequest']) this.#compiler(schema);
  }

  /** What is wrong with `value`, one sentence each; empty when nothing is. */
  check(schema, value) {
    if (!this.#schemas[schema]) return [`the description has no ${schema}`];
    const validate = this.#compiler(schema);
    if (validate(value)) return [];
    return validate.errors.map((e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`);
  }

  #compiler(schema) {
    let validate = this.#compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `telegram#/components/schemas/${schema}` });
      this.#compiled.set(schema, validate);
    }
    return validate;
  }

  request(method, params) {
    return this.check(`_${method}Request`, params);
  }

  /** The schema of one parameter, or undefined. */
  parameter(method, name) {
    return this.#schemas[`_${method}Request`]?.properties?.[name];
  }
}
