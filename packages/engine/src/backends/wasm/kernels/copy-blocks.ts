import { i32, memory } from '@twoshot/assembly';
import type { Kernel } from '../threads.js';
import { fields } from './fields.js';

export const copyFields = fields('from', 'to', 'runs', 'runBytes', 'fromRun', 'toRun', 'fromTask', 'toTask', 'offset');

/** Puts runs of bytes at equal distances into zeros: images between borders, or channels beside more channels. */
export const copyBlocks: Kernel = {
  name: 'copyBlocks',
  write(scope, [args, task]) {
    const read = copyFields.read(args);
    const [index, from, to] = scope.locals('i32', 3);
    return [
      from.set(i32.add(read('from'), i32.mul(task.get, read('fromTask')))),
      to.set(i32.add(read('to'), i32.mul(task.get, read('toTask')))),
      memory.fill(to.get, i32.const(0), read('toTask')),
      to.set(i32.add(to.get, read('offset'))),
      scope.count(index, read('runs'), [
        memory.copy(to.get, from.get, read('runBytes')),
        from.set(i32.add(from.get, read('fromRun'))),
        to.set(i32.add(to.get, read('toRun'))),
      ]),
    ];
  },
};
