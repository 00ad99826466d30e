// Checks requests and updates against the Bot API's OpenAPI description, where it is at hand.
import { readFileSync } from 'node:fs';

import { specFile } from '../specs.mjs';

/** Where the description lies, or undefined. */
export const specPath = () => specFile('telegram-bot-api-10.1.openapi.json');
/** Every method, for those that the description leaves out. */
const listPath = () => specFile('telegram-bot-api-10.1.min.json');

export class SpecValidator {
  #ajv;
  #schemas;
  #compiled = new Map();
  static #loaded; // compiling takes seconds: one for all servers of a test file

  /** Undefined when there is no description to check against. */
  static load(path = specPath()) {
    if (!path) return undefined;
    SpecValidator.#loaded ??= import('ajv/dist/2020.js').then(
      ({ default: Ajv }) => new SpecValidator(Ajv, JSON.parse(readFileSync(path, 'utf8')), readMethods(listPath())));
    return SpecValidator.#loaded;
  }

  constructor(Ajv, spec, methods = {}) {
    this.#ajv = new Ajv({ strict: false, validateFormats: false });
    this.#schemas = spec.components.schemas;
    for (const method of Object.values(methods)) this.#schemas[`_${method.name}Request`] ??= schemaOf(method, this.#schemas);
    this.#ajv.addSchema({ $id: 'telegram', components: spec.components });
    // Now, rather than while a test waits for something.
    for (const schema of ['Update', '_getUpdatesRequest', '_sendMessageRequest', '_sendMessageDraftRequest',
      '_sendChatActionRequest', '_getFileRequest', '_setMessageReactionRequest', '_editMessageTextRequest', '_setWebhookRequest', '_getMeRequest']) this.#compiler(schema);
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

function readMethods(path) {
  return path ? JSON.parse(readFileSync(path, 'utf8')).methods : {};
}

/** A method of the list in the description's form. */
function schemaOf({ fields = [] }, schemas) {
  const typeOf = (type) => {
    if (type.startsWith('Array of ')) return { type: 'array', items: typeOf(type.slice('Array of '.length)) };
    const plain = { String: 'string', Integer: 'integer', Boolean: 'boolean', Float: 'number', InputFile: 'string' }[type];
    if (plain) return { type: plain };
    return schemas[type] ? { $ref: `#/components/schemas/${type}` } : {};
  };
  return {
    type: 'object', additionalProperties: false,
    properties: Object.fromEntries(fields.map(({ name, types }) => [name, types.length === 1 ? typeOf(types[0]) : { anyOf: types.map(typeOf) }])),
    required: fields.filter((field) => field.required).map((field) => field.name),
  };
}
