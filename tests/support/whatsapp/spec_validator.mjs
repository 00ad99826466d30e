// Checks requests against Meta's OpenAPI description, where it is at hand: headers, path and body.
import { readFileSync } from 'node:fs';

import { specFile } from '../specs.mjs';

/** Where the description lies, or undefined. */
export const specPath = () => specFile('whatsapp-cloud-v23.0.openapi.json');

export class SpecValidator {
  #spec;
  #ajv;
  #compiled = new Map();
  static #loaded; // compiling takes a while: one for all servers of a test file

  /** Undefined when there is no description to check against. */
  static load(path = specPath()) {
    if (!path) return undefined;
    SpecValidator.#loaded ??= import('ajv/dist/2020.js').then(
      ({ default: Ajv }) => new SpecValidator(Ajv, JSON.parse(readFileSync(path, 'utf8'))));
    return SpecValidator.#loaded;
  }

  constructor(Ajv, spec) {
    this.#spec = spec;
    this.#ajv = new Ajv({ strict: false, validateFormats: false });
    this.#ajv.addSchema({ $id: 'whatsapp', components: spec.components });
    for (const schema of ['TextMessage', 'MarkReadMessage', 'ReactionMessage', 'ImageMessage']) this.#compiler(`whatsapp#/components/schemas/${schema}`); // now, not while a test waits
  }

  /** What is wrong with a request, one sentence each; `template` as in the description. */
  request(template, method, { headers, body }) {
    const operation = this.#spec.paths[template]?.[method.toLowerCase()];
    if (!operation) return [`the description has no ${method} ${template}`];
    const problems = [];
    const parameters = [...(operation.parameters ?? []), ...(this.#spec.paths[template].parameters ?? [])];
    for (const parameter of parameters.map((p) => this.#resolve(p)).filter((p) => p.in === 'header')) {
      const value = headers[parameter.name.toLowerCase()];
      // Meta's gateway refuses a request without User-Agent, whatever the description says.
      if (value === undefined && (parameter.required || parameter.name === 'User-Agent')) problems.push(`${parameter.name} is missing`);
      else if (value !== undefined) problems.push(...this.#problems(parameter.name, parameter.schema, value));
    }
    if (operation.requestBody) problems.push(...this.#body(body));
    return problems;
  }

  /** By its own type: an anyOf over all would only say that none fits. */
  #body(body) {
    if (body?.status !== undefined) return this.check('MarkReadMessage', body);
    const type = body?.type;
    const schema = typeof type === 'string' ? `${type[0].toUpperCase()}${type.slice(1)}Message` : undefined;
    if (!this.#spec.components.schemas[schema]) return [`there is no message of type ${type}`];
    return this.check(schema, body);
  }

  check(schema, value) {
    return this.#report(schema, this.#compiler(`whatsapp#/components/schemas/${schema}`), value);
  }

  #problems(name, schema, value) {
    let validate = this.#compiled.get(schema);
    if (!validate) this.#compiled.set(schema, validate = this.#ajv.compile(schema));
    return this.#report(name, validate, value);
  }

  #report(name, validate, value) {
    if (validate(value)) return [];
    return validate.errors.map((e) => `${name}${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
  }

  #compiler(ref) {
    let validate = this.#compiled.get(ref);
    if (!validate) this.#compiled.set(ref, validate = this.#ajv.compile({ $ref: ref }));
    return validate;
  }

  #resolve(parameter) {
    return parameter.$ref ? this.#spec.components.parameters[parameter.$ref.split('/').at(-1)] : parameter;
  }
}
