import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, expect, test } from 'vitest';
import { everyOperation, policyOf, testPictures } from './pictures.fixture.js';
import { createViews, type ViewSource } from './index.js';

const folder = await mkdtemp(join(tmpdir(), 'twoshot-views-'));
afterAll(() => rm(folder, { recursive: true }));

test.each([false, true])(
  'a stage in one bundled file makes the same views in workers (minified: %s)',
  async (minify) => {
    const entry = join(folder, 'entry.js');
    const here = JSON.stringify(new URL('index.ts', import.meta.url).pathname);
    await writeFile(
      entry,
      `export const load = async () => { const { createViews } = await import(${here}); return createViews; };`,
    );
    const bundle = await rolldown({
      input: entry,
      platform: 'node',
      resolve: { conditionNames: ['source', 'import'] },
    });
    const file = join(folder, `stage-${minify}.mjs`);
    await bundle.write({ file, format: 'esm', codeSplitting: false, minify, keepNames: minify });

    const { load } = (await import(pathToFileURL(file).href)) as { load: () => Promise<typeof createViews> };
    const policy = policyOf(everyOperation);
    const positions = Uint32Array.of(2, 0, 5);
    const made: Float32Array[] = [];
    const sources: ViewSource[] = [
      (await load())(policy, testPictures(), { views: 2, seed: 3, threads: 2 }),
      createViews(policy, testPictures(), { views: 2, seed: 3, threads: 0 }),
    ];
    for (const source of sources) {
      made.push(await source.batch(0, positions));
      await source.close();
    }
    expect([...made[0]!]).toEqual([...made[1]!]);
  },
);
