import type { StageNode } from '@twoshot/language';
import { digestOf } from '@twoshot/artifact/canonical-json';

/**
 * The root of all seeds of a stage, as hexadecimal digits. A value of the stage's own axis `seed` replaces everything
 * else, so that the points of another axis are compared under the same seeds.
 */
export function instanceSeedOf(node: Pick<StageNode, 'instance' | 'axes' | 'seedAxis'>, pipelineSeed: number): string {
  if (node.seedAxis !== null) return digestOf({ axis: node.seedAxis });
  return digestOf({ pipeline: pipelineSeed, instance: node.instance, axes: node.axes });
}
