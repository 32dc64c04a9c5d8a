import { answerName, hardPredictions, type Images, type Predictions, rowsOf } from '@twoshot/artifact';
import { type EngineKind, startEngine, type StartOptions, tf } from '@twoshot/engine';
import { type ImageShape, readImage } from '@twoshot/image-files';
import { imageClassifier, openModel, overViews, requireChannels, requireSize } from '@twoshot/model';

/** What a model says of a file. */
export type Answer =
  | {
      readonly file: string;
      /** A class, or `none of these`. */
      readonly label: string;
      /** Its probability. */
      readonly confidence: number;
      /** [classes] of an image that is of one of the classes */
      readonly probabilities: Float32Array;
    }
  | {
      readonly file: string;
      /** Why it cannot be read. */
      readonly fault: string;
    };

/** A model, ready to label image files. */
export interface Predictor {
  readonly classNames: readonly string[];
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
  const { classNames, preparation, logits } = imageClassifier(model, null);
  const size = requireSize(preparation, input);
  requireChannels(preparation, { channels: 3 }, input);
  const shape: ImageShape = { size, resize, background: 'white' };

  function predict(pixels: readonly Uint8Array[]): Predictions {
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
    const values = overViews(images, preparation, [0, pixels.length], { forward: (x) => tf.softmax(logits(x)) });
    return { rows: rowsOf('new', index), classNames, scale: 'probabilities', values };
  }

  return {
    classNames,
    async label(files) {
      const read = await Promise.all(files.map(({ path }) => readImage(path, shape)));
      const sound = read.flatMap((one) => ('pixels' in one ? [one.pixels] : []));
      const predictions = sound.length === 0 ? null : predict(sound);
      const answers = predictions === null ? [] : hardPredictions(predictions);
      let next = 0;
      return files.map(({ file }, at) => {
        const one = read[at]!;
        if ('fault' in one) return { file, fault: one.fault };
        const answer = answers[next]!;
        const from = next++ * classNames.length;
        return {
          file,
          label: answerName(answer, classNames),
          confidence: answer.confidence,
          probabilities: predictions!.values.slice(from, from + classNames.length),
        };
      });
    },
    dispose: () => model.dispose(),
  };
}
