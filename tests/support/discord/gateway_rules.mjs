// What Discord's description of the gateway wants of the addresses and payloads of clients, where it is at hand.
import { readFileSync } from 'node:fs';

import { specFile } from '../specs.mjs';

/** Where the description lies, or undefined. */
export const gatewaySpecPath = () => specFile('discord-gateway-v10.json');

const FRAME = new Set(['op', 'd', 's', 't']);

export class GatewayRules {
  #query;
  #opcodes; // what clients may send: op → name
  #fields; // op → [{ name, required, type }]
  #intents;

  /** Undefined when there is no description to check against. */
  static load(path = gatewaySpecPath()) {
    return path && new GatewayRules(JSON.parse(readFileSync(path, 'utf8')));
  }

  constructor(spec) {
    this.#query = spec.connect_query;
    this.#opcodes = new Map(spec.opcodes.filter((o) => o.client.startsWith('Send')).map((o) => [o.op, o.name]));
    this.#intents = Object.values(spec.intents).reduce((all, { value }) => all | value, 0);
    this.#fields = new Map(['identify', 'resume'].map((name) => [
      spec.opcodes.find((o) => o.name.toLowerCase() === name).op,
      spec.payloads[name].map(({ field, type }) => ({ name: field.replace(/\?$/, ''), required: !field.endsWith('?'), type })),
    ]));
  }

  /** What is wrong with a connection's query, one sentence each; empty when nothing is. */
  address(query) {
    const problems = [];
    for (const name of query.keys()) if (!(name in this.#query)) problems.push(`${name} is not in the description`);
    for (const name of ['v', 'encoding']) {
      if (query.get(name) !== this.#query[name]) problems.push(`${name} is ${query.get(name)}, not ${this.#query[name]}`);
    }
    if (query.has('compress') && !this.#query.compress.includes(query.get('compress'))) problems.push(`compress is ${query.get('compress')}`);
    return problems;
  }

  /** What is wrong with a client's payload. */
  payload(payload) {
    if (!this.#opcodes.has(payload?.op)) return [`clients send no op ${payload?.op}`];
    const problems = Object.keys(payload).filter((name) => !FRAME.has(name)).map((name) => `/${name} is not in the description`);
    const { op, d } = payload;
    if (this.#opcodes.get(op) === 'Heartbeat' && d !== null && !(Number.isInteger(d) && d >= 0)) problems.push(`/d is ${JSON.stringify(d)}, not the last sequence number or null`);
    if (this.#fields.has(op)) problems.push(...this.#data(this.#fields.get(op), d));
    return problems;
  }

  #data(fields, data) {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return ['/d is no object'];
    const problems = [];
    for (const name of Object.keys(data)) if (!fields.some((f) => f.name === name)) problems.push(`/d/${name} is not in the description`);
    for (const { name, required, type } of fields) {
      if (data[name] === undefined) {
        if (required) problems.push(`/d/${name} is missing`);
      } else if (!isOf(type, data[name])) problems.push(`/d/${name} is not ${type}`);
    }
    if (Number.isInteger(data.intents) && (data.intents < 0 || data.intents & ~this.#intents)) problems.push(`/d/intents has bits that are no intent: ${data.intents}`);
    if (data.large_threshold < 50 || data.large_threshold > 250) problems.push('/d/large_threshold is not from 50 to 250'); // only words say so
    return problems;
  }
}

function isOf(type, value) {
  if (type === 'integer') return Number.isInteger(value);
  if (type.startsWith('array of two integers')) return Array.isArray(value) && value.length === 2 && value.every(Number.isInteger);
  if (type.endsWith('object')) return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
