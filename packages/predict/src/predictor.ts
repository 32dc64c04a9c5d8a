import { answerName, hardPredictions, type Images, noneOfThese, rowsOf } from '@twoshot/artifact';
import { type EngineKind, startEngine, type StartOptions, tf } from '@twoshot/engine';
import { type ImageShape, readImage } from '@twoshot/image-files';
import { imageClassifier, openModel, overViews, predictionsOf, requireChannels, requireSize } from '@twoshot/model';
import { createEvaluation } from '@twoshot/nn';

/** What a model says of a file. */
export type Answer =
  | {
      readonly file: string;
      /** A class, or `none of these`. */
      readonly label: string;
      /** Its probability. */
      readonly confidence: number;
      /** [answers] */
      readonly probabilities: Float32Array;
    }
  | {
      readonly file: string;
      /** Why it cannot be read. */
      readonly fault: string;
    };

/** A model, ready to label image files. */
export interface Predictor {
  /** What an image may be: the classes and, where the model can tell, `none of these`. */
  readonly answers: readonly string[];
  /**
   * Labels files, some at once.
   *
   * @param files by the name that the answer has, with the path to read
   */
  label(files: readonly { readonly file: string; readonly path: string }[]): Promise<Answer[]>;
  dispose(): void;
}

export interface PredictorOptions extends Pick<StartOptions, 'threads'> {
  readonly engine: EngineKind;
  /** How files become square; as `ingest/folder` does by default. */
  readonly resize: ImageShape['resize'];
}

/**
 * Starts the engine and opens a model for labelling image files.
 *
 * @throws StageInputError for a model that does not classify images, or not those in colour
 */
export async function openPredictor(
  input: { readonly path: string; readonly from: string },
  { resize, engine, threads }: PredictorOptions,
): Promise<Predictor> {
  await startEngine(engine, threads === undefined ? {} : { threads });
  const model = await openModel(input);
  const mode = createEvaluation();
  const classifier = imageClassifier(model, mode);
  const { classNames, none, preparation, logits } = classifier;
  const possible = none === null ? classNames : [...classNames, noneOfThese];
  const size = requireSize(preparation, input);
  requireChannels(preparation, { channels: 3 }, input);
  const shape: ImageShape = { size, resize, background: 'white' };

  /** [images, answers] */
  function predict(pixels: readonly Uint8Array[]): Float32Array {
    const all = new Uint8Array(pixels.length * size * size * 3);
    for (const [at, one] of pixels.entries()) all.set(one, at * one.length);
    const index = Uint32Array.from(pixels.keys());
    const images: Images = {
      set: 'new',
      count: pixels.length,
      height: size,
      width: size,
      channels: 3,
      index,
      pixels: all,
    };
    return overViews(images, preparation, [0, pixels.length], { forward: (x) => tf.softmax(logits(x)) });
  }

  return {
    answers: possible,
    async label(files) {
      const read = await Promise.all(files.map(({ path }) => readImage(path, shape)));
      const sound = read.flatMap((one) => ('pixels' in one ? [one.pixels] : []));
      const shares = sound.length === 0 ? new Float32Array(0) : predict(sound);
      const rows = rowsOf('new', Uint32Array.from(sound.keys()));
      const answers = hardPredictions(predictionsOf(classifier, rows, shares));
      let next = 0;
      return files.map(({ file }, at) => {
        const one = read[at]!;
        if ('fault' in one) return { file, fault: one.fault };
        const answer = answers[next]!;
        const from = next++ * possible.length;
        const { confidence } = answer;
        const probabilities = shares.slice(from, from + possible.length);
        return { file, label: answerName(answer, classNames), confidence, probabilities };
      });
    },
    dispose() {
      mode.dispose();
      model.dispose();
    },
  };
}
