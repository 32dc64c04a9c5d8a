// @module-tag slow
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRandom } from '@twoshot/engine/random';
import { type Images, rowsOf } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import { composePage, type PageContent } from '../../packages/report/src/page/compose.js';
import { findBrowser, openBrowser } from './browser.js';

function images(set: string, count: number): Images {
  const random = createRandom(7);
  const pixels = new Uint8Array(count * 32 * 32 * 3).map(() => random.integer(256));
  const index = Uint32Array.from({ length: count }, (_, i) => i);
  return { set, count, height: 32, width: 32, channels: 3, index, pixels };
}

function content(): PageContent {
  const random = createRandom(3);
  const classNames = ['cat & <dog>', 'bird', 'ship'];
  const rows = 200;
  const values = Float32Array.from({ length: rows * 3 }, () => random.next());
  return {
    title: 'a <page>',
    surest: 4,
    leastSure: 12,
    graph: {
      pipeline: 'demo',
      stages: [
        { id: 'data', use: 'ingest/mnist', inputs: [] },
        { id: 'backbone@seed=1', use: 'pretrain/vicreg', inputs: [{ port: 'images', from: 'data.train' }] },
        {
          id: 'space',
          use: 'embed/extract',
          inputs: [
            { port: 'model', from: 'backbone@seed=1.model' },
            { port: 'images', from: 'data.test' },
          ],
        },
      ],
    },
    sources: [
      {
        kind: 'labels',
        path: '/nowhere',
        digest: 'ab'.repeat(32),
        from: 'data.labels',
        holds: [],
        seen: [],
        outside: [],
      },
      {
        kind: 'predictions',
        path: '/nowhere',
        digest: 'cd'.repeat(32),
        from: 'spread.predictions',
        holds: ['test'],
        outside: [],
        seen: ['train'],
      },
    ],
    images: [images('train', 30), images('test', rows)].map((set) => ({ set: set.set, total: set.count, images: set })),
    files: {
      rows: rowsOf('test', Uint32Array.of(0)),
      file: ['a.png'],
      leftOut: [{ file: '<b>.txt', reason: 'no image' }],
    },
    doubted: null,
    labels: {
      rows: rowsOf('train', Uint32Array.of(0, 3, 5, 7, 11, 13)),
      classNames,
      label: Int32Array.of(0, 0, 1, 1, 2, 2),
      weight: new Float32Array(6).fill(1),
      source: 'given',
      origin: { split: 0, draw: 0 },
    },
    predictions: { rows: rowsOf('test', images('test', rows).index), classNames, scale: 'probabilities', values },
    models: [
      {
        from: 'backbone@seed=1.model',
        curves: { loss: Array.from({ length: 900 }, (_, i) => [i, 30 / (1 + i / 50)] as const) },
      },
    ],
    metrics: [
      {
        from: 'score.metrics',
        metrics: {
          values: { accuracy: 0.8765, 'macro-f1': 0.87 },
          confusion: [
            [60, 4, 2],
            [3, 61, 2],
            [10, 4, 54],
          ],
          classNames,
          protocol: {
            type: 'classification',
            split: 0,
            draw: 0,
            seed: 0,
            labelled: 6,
            transductive: false,
            rows,
            n: 1,
            set: 'test',
            outside: [],
          },
        },
      },
    ],
  };
}

test('the page holds every part, escapes user input, and names the protocol of its metrics', async () => {
  const page = await composePage(content());
  for (const part of [
    'Pipeline',
    'The labelled images',
    'Most confident predictions',
    'Least confident predictions',
    'Scores',
    'Training',
    'Provenance',
  ])
    expect(page).toContain(`<h2>${part}</h2>`);
  expect(page).toContain('cat &amp; &lt;dog&gt;');
  expect(page).not.toContain('<dog>');
  expect(page).toContain('200 of test, 6 labelled, inductive, split 0, draw 0, seed 0, n=1');
});

test('a part without content is left out', async () => {
  const page = await composePage({ ...content(), predictions: null, models: [], metrics: [] });
  for (const part of ['Most confident predictions', 'Scores', 'Training'])
    expect(page).not.toContain(`<h2>${part}</h2>`);
});

const browserPath = findBrowser();
// Without a browser on the machine there is nothing to look with; continuous integration installs one.
if (browserPath !== null || process.env['CI'] !== undefined)
  test('a browser shows it without errors, without asking the network, and without sideways scrolling', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'twoshot-page-'));
    const file = join(folder, 'report.html');
    await writeFile(file, await composePage(content()));
    expect(await readFile(file, 'utf8')).not.toMatch(/(src|href)="http/);
    const browser = await openBrowser(browserPath ?? '/usr/bin/chromium');
    try {
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'dark'],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const problems: string[] = [];
        page.on('pageerror', (error) => problems.push(error.message));
        page.on('request', (request) => {
          if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) problems.push(request.url());
        });
        await page.goto(pathToFileURL(file).href);
        expect(await page.title()).toBe('Twoshot: a <page>');
        expect(await page.locator('.graph g.stage').count()).toBe(3);
        expect(await page.locator('.confusion td.right').count()).toBe(3);
        expect(await page.evaluate('getComputedStyle(document.querySelector(".images i")).backgroundImage')).toContain(
          'data:image/png',
        );
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(problems).toEqual([]);
        await page.screenshot({ path: join(folder, `${width}.png`), fullPage: true });
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
