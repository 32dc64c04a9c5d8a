import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mathematics, mathematicsPage, statedErrors } from './page.js';
import { citations, documentedExports } from './sources.js';

test('docs/mathematics.md says what the sources say; `npx nx run bench:mathematics` writes it', () => {
  const page = readFileSync(mathematicsPage, 'utf8');
  expect(page).toBe(mathematics(statedErrors(page)));
});

test('every op has a function, a comment and an error', () => {
  const rows = readFileSync(mathematicsPage, 'utf8').match(/^\| `.*$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(180);
  for (const row of rows) {
    const [, op, functions, , convention, , , error] = row.split(/(?<!\\)\|/).map((text) => text.trim());
    expect(functions, `function of ${op}`).toMatch(/^\[`/);
    expect(convention, `convention of ${op}`).not.toBe('');
    expect(error, `error of ${op}`).toMatch(/ %$/);
  }
});

test('a comment belongs to the declaration right below it', () => {
  const source = `/** Of nothing. */
interface Hidden {}

/**
 * Twice the value (Hu et al. 2021, algorithm 1),
 * without {@link half}.
 *
 * @param value any
 */
export function twice(value: number): number {}

export const plain = 1;

/** Half of it. */
export async function half() {}
`;
  expect(documentedExports('a.ts', source)).toEqual([
    { name: 'twice', file: 'a.ts', summary: 'Twice the value (Hu et al. 2021, algorithm 1), without `half`.' },
    { name: 'plain', file: 'a.ts', summary: '' },
    { name: 'half', file: 'a.ts', summary: 'Half of it.' },
  ]);
});

test('papers are found in running text', () => {
  expect(citations('as in Chopra and LeCun 2006, section 2; (van der Maaten 2014)')).toEqual([
    'Chopra and LeCun 2006, section 2',
    'van der Maaten 2014',
  ]);
});
