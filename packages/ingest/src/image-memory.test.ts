// @module-tag slow
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import folder from './folder.js';
import { dir, filesOf, put, putSmallFolder, run, useWorkspace } from './folder.fixture.js';

useWorkspace();

test('large progressive JPEGs stay within the memory that the stage declares', { timeout: 300_000 }, async () => {
  await putSmallFolder();
  // 45 megapixels hold 270 MB while they are decoded, whatever they show.
  const large = sharp({ create: { width: 9000, height: 5000, channels: 3, background: 'teal' } });
  await put('u0.jpg', large.jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 40 }));
  for (let at = 1; at < 5; at++) await copyFile(join(dir, 'pics/u0.jpg'), join(dir, `pics/u${at}.jpg`));
  const result = await run();
  expect(await filesOf(result, 'test')).toHaveLength(3 + 5);
  expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(folder.resources!.memory!);
});
