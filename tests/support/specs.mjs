// Where the official descriptions lie that the fakes hold the gateway's requests against.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const named = process.env.OPENCLAW_SPECS || undefined;
const folder = named ?? resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared/specs');
let told = false;

/**
 * One file of them, or undefined where there are none. OPENCLAW_SPECS promises that they are there:
 * then a missing one is an error, so that no check is left out unseen.
 */
export function specFile(name) {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  if (named) throw new Error(`OPENCLAW_SPECS is ${named}, where ${name} is missing: name the folder that holds it, or unset OPENCLAW_SPECS to test without`);
  if (!told) console.error(`Without ${path}: requests are not checked against the official descriptions. OPENCLAW_SPECS names their folder.`);
  told = true;
  return undefined;
}
