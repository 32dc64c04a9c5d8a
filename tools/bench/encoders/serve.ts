import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEngine, tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { decodeImage, readHeader } from '@twoshot/image-files';
import { createEvaluation } from '@twoshot/nn';
import { threads } from '../kernels/side.js';
import { createNetwork, onnxNetwork } from './network.js';
import { referenceOnnxruntime } from './onnxruntime.js';
import type { EncoderSide, Row } from './rows.js';

interface Encoder {
  /** [batch, size, size, 3] bytes as the network takes them. */
  prepare(pixels: Uint8Array): Float32Array;
  encode(values: Float32Array): Promise<Float32Array>;
}

/** Answers `{ run: images }` with the wall seconds and the seconds of all cores, and the features of the last batch. */
export async function serveEncoder(side: EncoderSide, row: Row, photos: string): Promise<void> {
  const encoder = side === 'native' || side === 'wasm' ? await ours(side, row) : await theirs(side, row);
  const { size, batch } = row;
  const random = createRandom(7);
  const made = encoder.prepare(Uint8Array.from({ length: batch * size * size * 3 }, () => random.integer(256)));
  const files = row.files ? await filesOf(photos) : [];
  for await (const text of createInterface({ input: process.stdin })) {
    const { run: images } = JSON.parse(text) as { run: number };
    const before = process.cpuUsage();
    const start = performance.now();
    let features: Float32Array = new Float32Array(0);
    let next = row.files ? decoded(files, 0, row) : null;
    for (let from = 0; from < images; from += batch) {
      const pixels = await next;
      // Files are decoded on other threads while the network computes.
      if (pixels !== null && from + batch < images) next = decoded(files, from + batch, row);
      features = await encoder.encode(pixels === null ? made : encoder.prepare(pixels));
    }
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(before);
    const reply = { seconds, cpu: (user + system) / 1e6, features: [...features.subarray(0, 64)] };
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(0);
}

async function filesOf(photos: string): Promise<string[]> {
  const found = await readdir(photos, { recursive: true }).catch(() => []);
  if (found.length === 0) throw new Error(`no files in ${photos}: name a folder of JPEG files by --photos`);
  return found.filter((name) => /\.jpe?g$/i.test(name)).sort().map((name) => join(photos, name)); // prettier-ignore
}

async function decoded(files: readonly string[], from: number, { size, batch }: Row): Promise<Uint8Array> {
  const shape = { size, resize: 'fill', background: 'white' } as const;
  const images = Array.from({ length: batch }, async (_, i) => {
    const file = files[(from + i) % files.length]!;
    return (await decodeImage(file, await readHeader(file), shape)).pixels;
  });
  return Buffer.concat(await Promise.all(images));
}

async function ours(side: 'native' | 'wasm', { network, size, batch }: Row): Promise<Encoder> {
  await startEngine(side, { threads });
  const backbone = createNetwork(network);
  const mode = createEvaluation();
  return {
    prepare(pixels) {
      const values = new Float32Array(pixels.length);
      for (let i = 0; i < values.length; i++) values[i] = (pixels[i]! - 127) / 128;
      return values;
    },
    encode(values) {
      const features = tf.tidy(() => backbone.forward(tf.tensor4d(values, [batch, size, size, 3]), mode));
      const numbers = features.dataSync<'float32'>();
      features.dispose();
      return Promise.resolve(numbers);
    },
  };
}

async function theirs(side: EncoderSide, { network, size, batch }: Row): Promise<Encoder> {
  await startEngine('cpu');
  const file = await onnxNetwork(createNetwork(network), size);
  const { InferenceSession, Tensor } = referenceOnnxruntime();
  const session = await InferenceSession.create(file, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: side === 'onnxruntime-1' ? 1 : threads,
    interOpNumThreads: 1,
  });
  const plane = size * size;
  return {
    prepare(pixels) {
      const values = new Float32Array(pixels.length);
      for (let image = 0; image < batch; image++)
        for (let channel = 0; channel < 3; channel++) {
          const [from, to] = [3 * image * plane + channel, (3 * image + channel) * plane];
          for (let i = 0; i < plane; i++) values[to + i] = (pixels[from + 3 * i]! - 127) / 128;
        }
      return values;
    },
    async encode(values) {
      const outputs = await session.run({ images: new Tensor('float32', values, [batch, 3, size, size]) });
      return outputs['features']!.data;
    },
  };
}
