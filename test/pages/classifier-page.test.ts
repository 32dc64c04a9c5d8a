// @module-tag slow
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { writeModel } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { engineUnderTest, startEngineUnderTest } from '@twoshot/engine/testing';
import { exportBrowser } from '@twoshot/export';
import { backbonePart, classifierPart, createPart, savedParts } from '@twoshot/model';
import { labelFolder, openPredictor } from '@twoshot/predict';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, openBrowser } from './browser.js';

const classNames = ['cat & <dog>', 'bird', 'ship'];
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

let folder = '';
const at = (name: string): string => join(folder, name);

/** A model with a depthwise convolution and batch norm in it, whose classes an image tells apart. */
async function writeClassifier(): Promise<{ path: string; from: string; document: { recipe: { outside: string[] } } }> {
  const random = createRandom(2);
  const architecture = { name: 'efficientnet-lite', channels: 3, width: 0.25, depth: 0.3 } as const;
  const backbone = createPart(backbonePart, { takes: 'images', architecture }, random);
  const { dim } = backbone.module;
  const classifier = createPart(
    classifierPart,
    { architecture: { dim, classNames, scale: 9, none: { threshold: 0.1 } } },
    random,
  );
  const preparation = { size: 32, resize: 'stretch', channels: 3, normalise: null, mirror: false } as const;
  const recipe = { outside: ['weights of <somebody>'] };
  await mkdir(at('model'));
  await writeModel(at('model'), { ...(await savedParts({ backbone, classifier })), preparation, recipe, curves: {} });
  return { path: at('model'), from: 'model', document: { recipe } };
}

/** Images of the size of the model, so that no browser resizes them in its own way. */
async function writeImages(): Promise<void> {
  const random = createRandom(4);
  await mkdir(at('images'));
  for (const name of ['a.png', 'b.png']) {
    const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, () => random.integer(256));
    await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } }).toFile(at(`images/${name}`));
  }
}

async function serve(root: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : request.url!.slice(1);
    readFile(join(root, name)).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(name)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

beforeAll(async () => {
  await startEngineUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'classifier-page-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Opens the page and fails for everything that it asks of others, and for every error. */
async function opened(browser: Browser, url: string, problems: string[]): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 390, height: 900 }, colorScheme: 'dark' });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url())) problems.push(request.url());
  });
  await page.goto(url);
  await page.locator('body[data-state=ready]').waitFor();
  return page;
}

const browserPath = findBrowser();
// Without a browser on the machine there is nothing to look with; continuous integration installs one.
if (browserPath !== null || process.env['CI'] !== undefined)
  test('an exported page classifies images and the camera as the model does, with the network off', async () => {
    await writeImages();
    const model = await writeClassifier();
    expect(await exportBrowser(model, 'site', folder)).toContain('a page for 4 answers');
    // Again into the same folder, and never into one with other files.
    await exportBrowser(model, 'site', folder);
    await expect(exportBrowser(model, 'images', folder)).rejects.toThrow('images holds a.png; name an empty folder');
    const predictor = await openPredictor(model, { engine: engineUnderTest(), resize: 'cover' });
    const expected: Record<string, string[]> = {};
    const options = { signal: new AbortController().signal, warn: () => undefined };
    for await (const answer of labelFolder(predictor, at('images'), options))
      if (!('fault' in answer))
        expected[answer.file] = [...answer.probabilities]
          .map((share, label) => ({ share, name: predictor.answers[label]! }))
          // The answer comes first, also where it is not the likeliest.
          .sort((a, b) => Number(b.name === answer.label) - Number(a.name === answer.label) || b.share - a.share)
          .map(({ share, name }) => `${name} ${share.toFixed(3)}`);
    predictor.dispose();

    const { server, url } = await serve(at('site'));
    const browser = await openBrowser(browserPath ?? '/usr/bin/chromium', [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ]);
    const problems: string[] = [];
    try {
      const page = await opened(browser, url, problems);
      expect(await page.locator('footer').textContent()).toContain('weights of <somebody>');
      await page.context().setOffline(true);
      await writeFile(at('images/bad.png'), 'no image');
      await page.locator('#files').setInputFiles(['a.png', 'b.png', 'bad.png'].map((name) => at(`images/${name}`)));
      await page.locator('.answer.failed').waitFor();
      const answers = await page.locator('#answers .answer').evaluateAll((all) =>
        all.map((answer) => ({
          file: answer.querySelector('.file')!.textContent,
          classes: [...answer.querySelectorAll('.class')].map((item) => {
            const { value } = item.querySelector('meter')!;
            return `${item.querySelector('.label')!.textContent} ${value.toFixed(3)}`;
          }),
        })),
      );
      expect(answers).toEqual([
        { file: 'bad.png', classes: [] },
        { file: 'b.png', classes: expected['b.png'] },
        { file: 'a.png', classes: expected['a.png'] },
      ]);
      await page.locator('#camera').click();
      await page.locator('#live .class').first().waitFor();
      await page.locator('#camera').click();
      await page.locator('#live .class').first().waitFor({ state: 'detached' });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
