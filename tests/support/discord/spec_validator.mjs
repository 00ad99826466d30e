// Checks requests against Discord's own OpenAPI description, where it is at hand.
import { readFileSync } from 'node:fs';

import { specFile } from '../specs.mjs';

/** Where the description lies, or undefined. */
export const specPath = () => specFile('discord-rest-v10.openapi.json');

export class SpecValidator {
  #ajv;
  #spec;
  #routes; // { pattern, template, methods }
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
    this.#spec = spec;
    this.#ajv.addSchema({ $id: 'discord', components: spec.components });
    this.#routes = Object.entries(spec.paths).map(([template, methods]) => ({
      template, methods, pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '([^/]+)')}$`) }));
    // A literal step such as @me goes before one that takes anything.
    this.#routes.sort((a, b) => (a.template.match(/\{/g)?.length ?? 0) - (b.template.match(/\{/g)?.length ?? 0));
    // Now, rather than while a test waits for something.
    this.request('POST', '/channels/1/messages', {});
  }

  /** What is wrong with the request, one sentence each; empty when nothing is. */
  request(method, path, body) {
    const route = this.#routes.find((r) => r.pattern.test(path));
    const operation = route?.methods[method.toLowerCase()];
    if (!operation) return [`the description has no ${method} ${path}`];
    const schema = operation.requestBody?.content?.['application/json']?.schema;
    if (!schema) return body === undefined ? [] : [`${method} ${route.template} takes no body`];
    if (body === undefined) return operation.requestBody.required ? ['the body is missing'] : [];
    const validate = this.#compiler(`${method} ${route.template}`, schema);
    const problems = validate(body)
      ? [] : validate.errors.map((e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`);
    // The description lets further members pass, so a misspelt one would: notice it here.
    const known = this.#properties(schema);
    if (known.size && !Array.isArray(body)) {
      for (const name of Object.keys(body)) if (!known.has(name)) problems.push(`/${name} is not in the description`);
    }
    return problems;
  }

  /** What is wrong with an answer of ours. */
  check(schema, value) {
    const validate = this.#compiler(schema, { $ref: `#/components/schemas/${schema}` });
    return validate(value) ? [] : validate.errors.map((e) => `${e.instancePath || '/'} ${e.message}`);
  }

  #compiler(name, schema) {
    let validate = this.#compiled.get(name);
    if (!validate) {
      validate = this.#ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"discord#/components')));
      this.#compiled.set(name, validate);
    }
    return validate;
  }

  #properties(schema, found = new Set()) {
    if (schema.$ref) return this.#properties(this.#spec.components.schemas[schema.$ref.split('/').pop()], found);
    for (const name of Object.keys(schema.properties ?? {})) found.add(name);
    for (const list of [schema.oneOf, schema.anyOf, schema.allOf]) for (const one of list ?? []) this.#properties(one, found);
    return found;
  }
}
