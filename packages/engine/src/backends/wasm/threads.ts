import { Worker } from 'node:worker_threads';
import {
  assemble,
  atomic,
  call,
  callIndirect,
  type Code,
  drop,
  forever,
  type FunctionSource,
  i32,
  i64,
  type Local,
  type Scope,
  type SharedMemory,
  WebAssembly,
  when,
  whileTrue,
} from '@twoshot/assembly';

/**
 * A function that does one task of a job: `(arguments, task, thread)`. `arguments` is the address of the job's numbers,
 * `thread` says whose scratch memory may be used. Which thread does which task is left to chance, so that a task may
 * only write what no other task of its job reads or writes.
 */
export interface Kernel {
  readonly name: string;
  write(scope: Scope, parameters: KernelParameters): readonly Code[];
}

export type KernelParameters = readonly [args: Local, task: Local, thread: Local];

/** Places in the control block of the threads; each thing that is waited for has a cache line of its own. */
const CLAIM = 0;
const DONE = 64;
const GENERATION = 128;
const KERNEL = 192;
const ARGUMENTS = 196;
const CONTROL_BYTES = 256;

/** Rounds of looking before a thread goes to sleep (some 20 microseconds): to be woken takes longer than most gaps. */
const ROUNDS = 20_000;
const FOR_EVER = i64.const(-1);

const TAKE_TASKS = 0;
/** Place of the kernels' signature among those of the module: after the two of the functions below. */
const KERNEL_SIGNATURE = 2;

/**
 * The word CLAIM holds the next task (lower half) and how many there are (upper half): one atomic addition claims a
 * task, and tells a thread that comes late that none is left.
 */
const takeTasks: FunctionSource = {
  name: 'takeTasks',
  parameters: ['i32', 'i32'],
  write(scope, [control, thread]) {
    const word = scope.local('i64');
    const [task, tasks] = [scope.local('i32'), scope.local('i32')];
    const claim = [
      word.set(atomic.addI64(control!.get, i64.const(1), CLAIM)),
      task.set(i64.toI32(word.get)),
      tasks.set(i64.toI32(i64.shiftRight(word.get, i64.const(32)))),
    ];
    const [kernel, args] = [i32.load(control!.get, KERNEL), i32.load(control!.get, ARGUMENTS)];
    return [
      ...claim,
      whileTrue(i32.below(task.get, tasks.get), [
        callIndirect(KERNEL_SIGNATURE, kernel, args, task.get, thread!.get),
        when(i32.equal(i32.add(atomic.addI32(control!.get, i32.const(1), DONE), i32.const(1)), tasks.get), [
          drop(atomic.notify(control!.get, i32.const(1), DONE)),
        ]),
        ...claim,
      ]),
    ];
  },
};

/** Starts a job, takes part in it, and returns when all of its tasks are done; no other thread has to show up. */
const run: FunctionSource = {
  name: 'run',
  parameters: ['i32', 'i32', 'i32', 'i32'],
  write(scope, [control, kernel, args, tasks]) {
    const done = scope.local('i32');
    const readDone = done.set(atomic.loadI32(control!.get, DONE));
    const isUnfinished = i32.isZero(i32.equal(atomic.loadI32(control!.get, DONE), tasks!.get));
    return [
      i32.store(control!.get, kernel!.get, KERNEL),
      i32.store(control!.get, args!.get, ARGUMENTS),
      atomic.storeI32(control!.get, i32.const(0), DONE),
      atomic.storeI64(control!.get, i64.shiftLeft(i64.ofI32(tasks!.get), i64.const(32)), CLAIM),
      drop(atomic.addI32(control!.get, i32.const(1), GENERATION)),
      drop(atomic.notify(control!.get, i32.const(-1), GENERATION)),
      call(TAKE_TASKS, control!.get, i32.const(0)),
      lookWhile(isUnfinished, scope.local('i32')),
      readDone,
      whileTrue(i32.isZero(i32.equal(done.get, tasks!.get)), [
        drop(atomic.wait(control!.get, done.get, FOR_EVER, DONE)),
        readDone,
      ]),
    ];
  },
};

/** What every other thread does for ever: takes tasks, looks for a new job for a while, sleeps until there is one. */
const work: FunctionSource = {
  name: 'work',
  parameters: ['i32', 'i32'],
  write(scope, [control, thread]) {
    const seen = scope.local('i32');
    const isSame = i32.equal(atomic.loadI32(control!.get, GENERATION), seen.get);
    return [
      forever([
        seen.set(atomic.loadI32(control!.get, GENERATION)),
        call(TAKE_TASKS, control!.get, thread!.get),
        lookWhile(isSame, scope.local('i32')),
        drop(atomic.wait(control!.get, seen.get, FOR_EVER, GENERATION)),
      ]),
    ];
  },
};

const THREAD_FUNCTIONS = [takeTasks, run, work];

function lookWhile(condition: Code, rounds: Local): Code {
  return [
    ...rounds.set(i32.const(ROUNDS)),
    ...whileTrue(i32.and(condition, i32.below(i32.const(0), rounds.get)), [
      rounds.set(i32.sub(rounds.get, i32.const(1))),
    ]),
  ];
}

/** A job of which one task fails is never done: rather than wait for ever, the process says why and ends. */
const WORKER = `'use strict';
const { module, memory, control, thread } = require('node:worker_threads').workerData;
try {
  new WebAssembly.Instance(module, { env: { memory } }).exports.work(control, thread);
} catch (error) {
  require('node:fs').writeSync(2, 'A kernel failed on thread ' + thread + ': ' + error.stack + '\\n');
  process.kill(process.pid, 'SIGABRT');
}`;

/** The binary of the kernels and of the functions that give them to threads. */
export function assembleThreads(kernels: readonly Kernel[]): Uint8Array<ArrayBuffer> {
  const sources = kernels.map((kernel): FunctionSource => ({
    name: kernel.name,
    parameters: ['i32', 'i32', 'i32'],
    write: (scope, parameters) => kernel.write(scope, parameters as unknown as KernelParameters),
  }));
  return assemble([...THREAD_FUNCTIONS, ...sources], 'shared');
}

type RunJob = (control: number, kernel: number, args: number, tasks: number) => void;

/** Threads that run kernels on one memory; the calling thread is the first of them. */
export class Threads {
  readonly #module: object;
  readonly #memory: SharedMemory;
  readonly #control: number;
  readonly #run: RunJob;
  readonly #kernels: ReadonlyMap<string, number>;
  #workers: Worker[] = [];

  /** @param allocate gives the address of so many bytes, which lie at a multiple of 8 */
  constructor(kernels: readonly Kernel[], memory: SharedMemory, allocate: (bytes: number) => number) {
    this.#module = new WebAssembly.Module(assembleThreads(kernels));
    this.#memory = memory;
    this.#control = allocate(CONTROL_BYTES);
    new Uint8Array(memory.buffer, this.#control, CONTROL_BYTES).fill(0);
    this.#run = new WebAssembly.Instance(this.#module, { env: { memory } }).exports['run'] as RunJob;
    this.#kernels = new Map(kernels.map(({ name }, index) => [name, THREAD_FUNCTIONS.length + index]));
  }

  get count(): number {
    return this.#workers.length + 1;
  }

  /** Starts or ends threads until there are `count`, the calling one included. They keep no process alive. */
  resize(count: number): void {
    while (this.count < count) {
      const workerData = { module: this.#module, memory: this.#memory, control: this.#control, thread: this.count };
      const worker = new Worker(WORKER, { eval: true, workerData, execArgv: [] });
      worker.unref();
      this.#workers.push(worker);
    }
    for (const worker of this.#workers.splice(Math.max(0, count - 1))) void worker.terminate();
  }

  /** Runs all tasks of a job and returns when they are done. */
  run(kernel: string, args: number, tasks: number): void {
    const place = this.#kernels.get(kernel);
    if (place === undefined) throw new Error(`there is no kernel ${kernel}`);
    this.#run(this.#control, place, args, tasks);
  }
}
