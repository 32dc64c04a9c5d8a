import { writePredictions } from '@twoshot/artifact';
import type { AnyMatrix } from '@twoshot/geometry';
import type { FeatureRows, KnownFeatures } from './known-features.js';

/** The two outputs of a method on features. */
export type PredictionPort = 'predictions' | 'reference';

/**
 * Predicts query and reference rows and writes both.
 *
 * @param outputs folders of the ports
 * @param predict class probabilities of rows, [rows, classes]; each query row must be independent of the others
 */
export async function predictRows(
  outputs: Readonly<Record<PredictionPort, string>>,
  { labels, query, reference }: Pick<KnownFeatures, 'labels' | 'query' | 'reference'>,
  predict: (rows: FeatureRows, port: PredictionPort) => AnyMatrix | Promise<AnyMatrix>,
): Promise<void> {
  for (const [port, asked] of [
    ['predictions', query],
    ['reference', reference],
  ] as const) {
    const { data } = await predict(asked, port);
    await writePredictions(outputs[port], {
      rows: asked.rows,
      classNames: labels.classNames,
      scale: 'probabilities',
      values: Float32Array.from(data),
    });
  }
}
