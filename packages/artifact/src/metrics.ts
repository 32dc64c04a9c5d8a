import { join } from 'node:path';
import { readDocument, writeDocument } from './json-document.js';
import { aNumber, aString, inside, listOf, nullable, object, type Place, recordOf, type Shape } from './json-shape.js';
import { aProtocol, type ClassificationProtocol, type Protocol } from './protocol.js';

interface Measured<P extends Protocol> {
  readonly values: Readonly<Record<string, number>>;
  readonly protocol: P;
}

export interface ClassificationMetrics extends Measured<ClassificationProtocol> {
  /** [classes][classes], true class by row; null without truth. */
  readonly confusion: readonly (readonly number[])[] | null;
  readonly classNames: readonly string[];
}

/** What was measured; `protocol.type` is its type. */
export type Metrics = ClassificationMetrics | Measured<Exclude<Protocol, ClassificationProtocol>>;

export const areOfClassification = (metrics: Metrics): metrics is ClassificationMetrics =>
  metrics.protocol.type === 'classification';

const fileName = 'metrics.json';

/** Writes metrics with their protocol; a value that is not finite is refused. */
export async function writeMetrics(dir: string, metrics: Metrics): Promise<void> {
  await writeDocument(join(dir, fileName), { ...metrics, protocol: { ...metrics.protocol } });
}

export async function readMetrics(dir: string): Promise<Metrics> {
  const file = join(dir, fileName);
  const place: Place = { file, path: '' };
  const document = object(await readDocument(file), place);
  const member = <T>(name: string, shape: Shape<T>): T => shape(document[name], inside(place, name));
  const values = member('values', recordOf(aNumber));
  const protocol = member('protocol', aProtocol);
  if (protocol.type !== 'classification') return { values, protocol };
  const confusion = member('confusion', nullable(listOf(listOf(aNumber))));
  return { values, protocol, confusion, classNames: member('classNames', listOf(aString)) };
}
