import type { StageNode } from '@twoshot/language';
import { digestOf } from '@twoshot/artifact/canonical-json';

/**
 * Where all seeds of a stage come from, as hexadecimal digits. A value of the stage's own axis `seed` takes the place
 * of everything else, so that the points of another axis are compared under the same seeds.
 */
export function instanceSeedOf(node: Pick<StageNode, 'instance' | 'axes' | 'seedAxis'>, pipelineSeed: number): string {
  if (node.seedAxis !== null) return digestOf({ axis: node.seedAxis });
  return digestOf({ pipeline: pipelineSeed, instance: node.instance, axes: node.axes });
}
