import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mergeConfig } from 'vitest/config';
import { isSlow } from './test/slow-files-first.js';
import full from './vitest.config.js';

const slow = readdirSync('packages', { withFileTypes: true })
  .map(({ name }) => join('packages', name, 'src'))
  .concat('test', 'tools')
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.test.ts') && isSlow(file));

/** Without the slow files, left out by name: one that is left out by its tag is loaded all the same, a tenth of the time. */
export default mergeConfig(full, { test: { exclude: slow } });
