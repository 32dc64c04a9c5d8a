import { expect, test } from 'vitest';
import { Capacity } from './capacity.js';

const never = new AbortController().signal;

async function order(capacity: Capacity, demands: readonly (readonly [string, number, number])[]): Promise<string[]> {
  const started: string[] = [];
  for (const [name, cores, priority] of demands)
    void capacity.acquire({ cores, memory: 1 }, priority, never).then((release) => {
      started.push(name);
      waitingFor.set(name, release);
    });
  await Promise.resolve();
  return started;
}

const waitingFor = new Map<string, () => void>();
const finish = async (name: string): Promise<void> => {
  waitingFor.get(name)!();
  await new Promise(setImmediate);
};

test('a stage that needs every core waits for all of them, and smaller ones do not overtake it', async () => {
  const capacity = new Capacity({ cores: 2, memory: 100, jobs: 9 });
  const started = await order(capacity, [
    ['small', 1, 0],
    ['whole', 2, 0],
    ['late', 1, 0],
  ]);
  await new Promise(setImmediate);
  expect(started).toEqual(['small']);
  await finish('small');
  expect(started).toEqual(['small', 'whole']);
  await finish('whole');
  expect(started).toEqual(['small', 'whole', 'late']);
});

test('priority precedes order', async () => {
  const capacity = new Capacity({ cores: 1, memory: 100, jobs: 9 });
  const started = await order(capacity, [
    ['first', 1, 0],
    ['second', 1, 0],
    ['urgent', 1, 5],
  ]);
  await new Promise(setImmediate);
  await finish('first');
  expect(started).toEqual(['first', 'urgent']);
});

test('a demand beyond the limits is cut to the limits', async () => {
  const capacity = new Capacity({ cores: 2, memory: 100, jobs: 1 });
  const release = await capacity.acquire({ cores: 64, memory: 1e6 }, 0, never);
  release();
  await expect(capacity.acquire({ cores: 1, memory: 1 }, 0, never)).resolves.toBeTypeOf('function');
});

test('jobs and memory limit as cores do', async () => {
  const jobs = new Capacity({ cores: 8, memory: 100, jobs: 1 });
  expect(await order(jobs, [['one', 1, 0]])).toBeDefined();
  const second = order(jobs, [['two', 1, 0]]);
  await new Promise(setImmediate);
  expect(await second).toEqual([]);
  const memory = new Capacity({ cores: 8, memory: 10, jobs: 8 });
  await memory.acquire({ cores: 1, memory: 8 }, 0, never);
  const abort = new AbortController();
  const blocked = memory.acquire({ cores: 1, memory: 8 }, 0, abort.signal);
  abort.abort(new Error('interrupted'));
  await expect(blocked).rejects.toThrow('interrupted');
});
