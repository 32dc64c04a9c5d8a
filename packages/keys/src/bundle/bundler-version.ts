import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

let version: string | null = null;

/** Version of the installed bundler, without loading it. */
export function bundlerVersion(): string {
  version ??= (
    JSON.parse(readFileSync(createRequire(import.meta.url).resolve('rolldown/package.json'), 'utf8')) as {
      version: string;
    }
  ).version;
  return version;
}
