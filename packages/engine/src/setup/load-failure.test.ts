import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFailure } from './load-failure.js';

test('a binding that is none is found out, with the words of the loader', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-load-'));
  try {
    const bindingFile = join(folder, 'binding.node');
    await writeFile(bindingFile, 'no shared object');
    expect(await loadFailure({ bindingFile, variant: 'cpu' })).toEqual({
      kind: 'load-failed',
      variant: 'cpu',
      file: bindingFile,
      reason: expect.stringContaining(bindingFile) as string,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
