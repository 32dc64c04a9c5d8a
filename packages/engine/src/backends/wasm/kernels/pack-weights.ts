import { type Code, f32, i32, type Local, v128, when } from '@twoshot/assembly';
import type { Kernel } from '../threads.js';
import { fields } from './fields.js';
import { PANEL } from './gather-product.js';

export const packFields = fields('from', 'to', 'taps', 'depth', 'outputs', 'tapStride', 'depthStride', 'outputStride');

/** Bytes of packed weights. */
export const packedBytes = (taps: number, depth: number, outputs: number): number =>
  Math.ceil(outputs / PANEL) * taps * depth * PANEL * 4;

/** Lays `[taps, depth, outputs]` (strides in bytes) out as `[panel, taps, depth, 8]`; zeros fill the last panel. A task is a panel. */
export const packWeights: Kernel = {
  name: 'packWeights',
  write(scope, [args, task]) {
    const read = packFields.read(args);
    const [tap, level, from, to, left] = scope.locals('i32', 5);
    const [taps, depth, outputStride, depthStride, plane] = scope.locals('i32', 5);
    const start = i32.add(read('from'), i32.mul(i32.mul(task.get, i32.const(PANEL)), read('outputStride')));
    const copyRow = (copy: readonly Code[]): Code[] => [
      plane.set(start),
      scope.count(tap, taps.get, [
        from.set(plane.get),
        scope.count(level, depth.get, [...copy, next(from, depthStride.get), next(to, i32.const(4 * PANEL))]),
        next(plane, read('tapStride')),
      ]),
    ];
    return [
      taps.set(read('taps')),
      depth.set(read('depth')),
      outputStride.set(read('outputStride')),
      depthStride.set(read('depthStride')),
      left.set(i32.sub(read('outputs'), i32.mul(task.get, i32.const(PANEL)))),
      to.set(i32.add(read('to'), i32.mul(i32.mul(task.get, i32.const(4 * PANEL)), i32.mul(taps.get, depth.get)))),
      when(
        i32.and(i32.equal(outputStride.get, i32.const(4)), i32.below(i32.const(PANEL - 1), left.get)),
        copyRow([v128.store(to.get, v128.load(from.get)), v128.store(to.get, v128.load(from.get, 16), 16)]),
        copyRow([
          v128.store(to.get, v128.zero),
          v128.store(to.get, v128.zero, 16),
          ...Array.from({ length: PANEL }, (_, place) =>
            when(i32.below(i32.const(place), left.get), [
              f32.store(to.get, f32.load(i32.add(from.get, i32.mul(outputStride.get, i32.const(place)))), 4 * place),
            ]),
          ),
        ]),
      ),
    ];
  },
};

const next = (local: Local, bytes: Code): Code => local.set(i32.add(local.get, bytes));
