import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelFile } from '@twoshot/browser/model-file';
import { browserWasmFiles } from '@twoshot/engine/browser-files';
import { programOf } from '@twoshot/engine/trace';
import { StageInputError } from '@twoshot/stage';
import { rolldown } from 'rolldown';
import { browserPage } from './browser-page.js';
import { browserStyle } from './browser-style.js';
import { type ExportedModel, traceClassifier } from './trace-classifier.js';

/** What an export writes, so that it replaces an earlier one and nothing else. */
const written = new Set([
  'index.html',
  'page.css',
  'page.js',
  'model.json',
  'weights.bin',
  ...browserWasmFiles().map((path) => basename(path)),
]);

/**
 * Writes a folder that any web server can serve: a page that classifies images and the camera with a model, without
 * asking anybody.
 *
 * @returns what was written, for the user
 * @throws StageInputError for a folder with other files, and as `traceClassifier`
 */
export async function exportBrowser(model: ExportedModel, folder: string, cwd: string): Promise<string> {
  const target = resolve(cwd, folder);
  await mkdir(target, { recursive: true });
  const other = (await readdir(target)).find((name) => !written.has(name));
  if (other !== undefined)
    throw new StageInputError(
      'folder-used',
      `${folder} holds ${other}; name an empty folder, or one of an earlier export`,
    );
  const { graph, size, channels, answers, noneThreshold, outside } = await traceClassifier(model);
  if (channels !== 3)
    throw new StageInputError('model-channels', `${model.from} takes images of ${channels} channels, a browser has 3`);
  const { program, weights } = programOf(graph);
  const file: ModelFile = { answers, noneThreshold, size, program };
  const texts = {
    'index.html': browserPage(answers, outside),
    'page.css': browserStyle,
    'page.js': await pageScript(),
    'model.json': JSON.stringify(file),
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(target, name), text);
  await writeFile(join(target, 'weights.bin'), new Uint8Array(weights.buffer));
  for (const path of browserWasmFiles()) await copyFile(path, join(target, basename(path)));
  return `${folder}: a page for ${answers.length} answers; serve it with any web server, e.g. npx serve ${folder}`;
}

/** The script of the page with all that it uses, as one file. */
async function pageScript(): Promise<string> {
  const build = await rolldown({
    input: fileURLToPath(import.meta.resolve('@twoshot/browser/page')),
    platform: 'browser',
    logLevel: 'silent',
    // The backend looks for modules of Node where it finds no browser.
    external: ['fs', 'path', 'os', 'perf_hooks', 'worker_threads', 'node-fetch', 'util', 'string_decoder'],
    experimental: { attachDebugInfo: 'none' },
  });
  try {
    const { output } = await build.generate({ format: 'esm', minify: true, comments: false });
    if (output.length !== 1) throw new Error(`the script of the page is ${output.length} files`);
    return output[0].code;
  } finally {
    await build.close();
  }
}
