import { expect, test } from 'vitest';
import { i32, memory, when, type Code } from './code.js';
import { assemble, type Scope } from './module.js';
import { type SharedMemory, WebAssembly } from './web-assembly.js';

const Memory = (Reflect.get(globalThis, 'WebAssembly') as { readonly Memory: new (limits: object) => SharedMemory })
  .Memory;

/** Runs code once and gives the first numbers of the memory. */
function run(write: (scope: Scope) => readonly Code[], count: number): Int32Array {
  const shared = new Memory({ initial: 1, maximum: 1, shared: true });
  const module = new WebAssembly.Module(assemble([{ name: 'main', parameters: [], write }]));
  new WebAssembly.Instance(module, { env: { memory: shared } }).exports['main']!();
  return new Int32Array(shared.buffer).slice(0, count);
}

test('constants keep their value, whatever their length', () => {
  const values = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)];
  const stores = values.map((value, index) => i32.store(i32.const(0), i32.const(value), 4 * index));
  expect([...run(() => stores, values.length)]).toEqual(values);
});

test('a count runs its body for every index from 0 on, and not at all up to 0', () => {
  const found = run((scope) => {
    const [index, end] = scope.locals('i32', 2);
    const mark = i32.store(i32.shiftLeft(index.get, i32.const(2)), i32.add(index.get, i32.const(10)));
    return [
      scope.count(index, i32.const(0), [mark]),
      end.set(i32.const(5)),
      scope.count(index, end.get, [mark], { by: 2 }),
    ];
  }, 6);
  expect([...found]).toEqual([10, 0, 12, 0, 14, 0]);
});

test('a condition takes one of its branches; blocks of memory are filled and copied', () => {
  const code = [
    branch(0),
    branch(1),
    memory.fill(i32.const(8), i32.const(255), i32.const(4)),
    memory.copy(i32.const(12), i32.const(0), i32.const(8)),
  ];
  expect([...run(() => code, 5)]).toEqual([2, 1, -1, 2, 1]);
});

function branch(condition: number): Code {
  const store = (value: number): Code => i32.store(i32.const(0), i32.const(value), 4 * condition);
  return when(i32.const(condition), [store(1)], [store(2)]);
}
