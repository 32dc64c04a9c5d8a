import { writePredictions } from '@twoshot/artifact';
import type { AnyMatrix } from '@twoshot/geometry';
import type { FeatureRows, KnownFeatures } from './known-features.js';

/** The two answers that a method on features gives. */
export type PredictionPort = 'predictions' | 'reference';

/**
 * Answers query and reference rows and writes both.
 *
 * @param outputs folders of the ports
 * @param answer probabilities of rows, [rows, classes]; of query rows, each must depend on no other of them
 */
export async function predictRows(
  outputs: Readonly<Record<PredictionPort, string>>,
  { labels, query, reference }: Pick<KnownFeatures, 'labels' | 'query' | 'reference'>,
  answer: (rows: FeatureRows, port: PredictionPort) => AnyMatrix | Promise<AnyMatrix>,
): Promise<void> {
  for (const [port, asked] of [
    ['predictions', query],
    ['reference', reference],
  ] as const) {
    const { data } = await answer(asked, port);
    await writePredictions(outputs[port], {
      rows: asked.rows,
      classNames: labels.classNames,
      scale: 'probabilities',
      values: Float32Array.from(data),
    });
  }
}
