import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { opFunctions, tableOf } from './op-functions.js';
import { citations } from './sources.js';

const cases = 'test/golden/cases';
export const mathematicsPage = 'docs/mathematics.md';

interface GoldenFamily {
  readonly family: string;
  readonly cases: readonly { readonly op: string; readonly source: string }[];
}

const families = (): GoldenFamily[] =>
  readdirSync(cases)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(cases, file), 'utf8')) as GoldenFamily);

/** Worst errors that a page states, by op, as they are written there. */
export function statedErrors(page: string): Map<string, string> {
  const rows = page.matchAll(/^\| `([^`]+)` \|.*\| ([^|]*) \|$/gm);
  return new Map(Array.from(rows, ([, op = '', error = '']) => [op, error]));
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();

/**
 * docs/mathematics.md: every op of the golden files with the function behind it, what its comment says, and what it
 * is compared with.
 *
 * @param errors the last column, by op
 */
export function mathematics(errors: ReadonlyMap<string, string>): string {
  const parts = families().map(({ family, cases: all }) => {
    const functions = opFunctions(tableOf(family));
    const computed = new Set(all.map(({ op }) => op).filter((op) => functions.has(op)));
    const rows = Array.from(computed, (op) => {
      const called = functions.get(op)!;
      const own = all.filter((golden) => golden.op === op);
      const references = [...new Set(own.map(({ source }) => source))].join('; ');
      const links = called.map(({ name, file }) => `[\`${name}\`](../${file})`).join(', ');
      const summaries = called.map(({ summary }) => summary).filter((text) => text !== '');
      const sources = [...new Set(summaries.flatMap(citations))].join('; ');
      const columns = [`\`${op}\``, links, sources, summaries.join(' · '), references, String(own.length)];
      return `| ${columns.map(cell).join(' | ')} | ${errors.get(op) ?? ''} |`;
    });
    const heading =
      '| op | function | source | convention | compared with | cases | worst error |\n|---|---|---|---|---|---|---|';
    return `## ${family}\n\n${heading}\n${rows.join('\n')}\n`;
  });
  return `# Mathematics

Every operation that has golden cases: the function that stages call, what its comment says of it, and the library or formula
that it is compared with. The worst error over all cases and engines is a share of what the case allows (|difference| over
atol + rtol |expected|); 0 where numbers are whole or a bound is kept. Written by \`npx nx run bench:mathematics\`, from the
comments of the sources and a run of the golden cases.

What is not finite: a function that gives an answer refuses the value with its row (of images: image, row, column, channel).
Layers and losses, through which training runs, hand it on instead: the loss is then not finite either, even where it only
looks something up in that input, and the training loop stops and names the step, the rows and the layer. A finite
input never gives a value that is not finite. Both are tested over every operation of this page.

${parts.join('\n')}`;
}
