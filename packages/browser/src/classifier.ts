import { loadProgram, startInBrowser, tensor4d } from '@twoshot/engine/browser';
import type { ModelFile } from './model-file.js';

/** A possible answer with its probability. */
export interface Likely {
  readonly name: string;
  readonly share: number;
}

export interface Classifier {
  /** Side of the images that it takes. */
  readonly size: number;
  /**
   * What an image may be, the answer first and then by likelihood.
   *
   * @param pixels [size, size, 3]
   */
  classify(pixels: Float32Array): Promise<readonly Likely[]>;
}

async function fetched(name: string): Promise<Response> {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name} cannot be loaded: ${response.status} ${response.statusText}`);
  return response;
}

/** Loads the model that lies beside the page. */
export async function loadClassifier(): Promise<Classifier> {
  const [file, bytes] = await Promise.all([
    fetched('model.json').then((response) => response.json() as Promise<ModelFile>),
    fetched('weights.bin').then((response) => response.arrayBuffer()),
    startInBrowser('./'),
  ]);
  const { answers, noneThreshold, size, program } = file;
  const none = noneThreshold === null ? null : answers.at(-1);
  const loaded = loadProgram(program, new Float32Array(bytes));
  return {
    size,
    async classify(pixels) {
      const x = tensor4d(pixels, [1, size, size, 3]);
      const outputs = loaded.run(x);
      const shares = await outputs[1]!.data();
      for (const tensor of [x, ...outputs]) tensor.dispose();
      const all = answers.map((name, at) => ({ name, share: shares[at]! })).sort((a, b) => b.share - a.share);
      const isNone = noneThreshold !== null && shares.at(-1)! > noneThreshold;
      const answer = all.find(({ name }) => (isNone ? name === none : name !== none))!;
      return [answer, ...all.filter((one) => one !== answer)];
    },
  };
}
