import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownWorkspace } from './workspace.js';

/** The version of the checkout. */
export function version(): string {
  const { version: own } = JSON.parse(readFileSync(join(ownWorkspace, 'package.json'), 'utf8')) as { version: string };
  return own;
}
