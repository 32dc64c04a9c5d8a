// @module-tag slow
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { backbones, backbonesPage } from './page.js';

test('docs/backbones.md says how large the networks are; `npx nx run bench:backbones` writes it', async () => {
  const page = await readFile(backbonesPage, 'utf8');
  expect(await backbones(page)).toBe(page);
});
