import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StageInputError } from '@twoshot/stage';
import type * as Ort from 'onnxruntime-common';
import type { EncoderFile } from './encoder-file.js';
import type { RuntimeKind } from './runtime-packages.js';

export type Runtime = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>;

/**
 * Loads onnxruntime.
 *
 * @param modules folder `node_modules` that holds it
 */
export async function loadRuntime(kind: RuntimeKind, modules: string): Promise<Runtime> {
  if (kind === 'native') return createRequire(join(modules, 'of-onnxruntime.js'))('onnxruntime-node') as Runtime;
  const file = join(modules, 'onnxruntime-web/dist/ort.node.min.mjs');
  return (await import(pathToFileURL(file).href)) as Runtime;
}

/**
 * Opens an ONNX file.
 *
 * @throws StageInputError `not-onnx` with the words of onnxruntime
 */
export async function openSession(
  runtime: Runtime,
  kind: RuntimeKind,
  { path, bytes, external }: EncoderFile,
  threads: number,
): Promise<Ort.InferenceSession> {
  const options: Ort.InferenceSession.SessionOptions = {
    // One order of work, so that a result is the same bit by bit.
    executionMode: 'sequential',
    interOpNumThreads: 1,
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
  runtime.env.logLevel = 'error';
  runtime.env.wasm.numThreads = threads;
  try {
    if (external.length === 0) return await runtime.InferenceSession.create(bytes, options);
    if (kind === 'native') return await runtime.InferenceSession.create(path, options);
    const externalData = await Promise.all(
      external.map(async (file) => ({ path: file, data: new Uint8Array(await readFile(join(dirname(path), file))) })),
    );
    return await runtime.InferenceSession.create(bytes, { ...options, externalData });
  } catch (error) {
    throw new StageInputError('not-onnx', `onnxruntime cannot open it: ${wordsOf(error)}`, { file: path });
  }
}

/** What onnxruntime says, in one line. */
export const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s+/g, ' ').slice(0, 400);
