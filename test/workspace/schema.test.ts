import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, workspace } from '../end-to-end/rig.js';

test('the schema for editors is that of the catalogue: `npx twoshot stages --schema > pipelines/pipeline.schema.json`', async () => {
  const { code, stdout } = await run(['stages', '--schema']);
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(join(workspace, 'pipelines/pipeline.schema.json'), 'utf8'))).toEqual(
    JSON.parse(stdout),
  );
});
