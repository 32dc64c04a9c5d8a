import type { tf } from '@twoshot/engine';
import { type Remembered, rememberVariable } from '../memory/remembered.js';
import type { NamedBuffer } from '../module.js';
import type { Optimiser } from '../optimisers/optimiser.js';
import { type Schedule, valuesOf } from '../schedules/schedule.js';
import type { CurveRecorder } from './curve.js';

/** What a training needs to resume from a step as if it had never ended. */
export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  readonly values: ReadonlyMap<string, Float32Array | Float64Array>;
}

/** Store of the checkpoints of a training, also of an interrupted attempt. */
export interface Checkpoints {
  /** The furthest one that is whole and that `fits`; null where there is none. */
  load(fits: (checkpoint: Checkpoint) => boolean): Promise<Checkpoint | null>;
  /** Whether it is time to save; called after every step. */
  isDue(atEpochEnd: boolean): boolean;
  /** @param isEnd it stays after the training has its result, for a longer one to resume from */
  save(checkpoint: Checkpoint, isEnd?: boolean): Promise<void>;
}

const curvePrefix = 'curve ';
const schedulePrefix = 'schedule ';

/**
 * All that a training changes: optimised weights, state of the optimiser, running statistics and averages, memories,
 * and the curves.
 */
export class TrainingMemory {
  readonly #optimiser: Optimiser;
  readonly #curves: CurveRecorder;
  readonly #schedules: ReadonlyMap<string, Schedule>;
  /** By qualified name; every variable once. */
  readonly #remembered: ReadonlyMap<string, Remembered>;

  /** @param schedules all that a step depends on and that may depend on the total number of steps */
  constructor(
    optimiser: Optimiser,
    state: Readonly<Record<string, readonly NamedBuffer[]>>,
    memory: readonly Remembered[],
    { curves, schedules }: { curves: CurveRecorder; schedules: Readonly<Record<string, Schedule>> },
  ) {
    this.#optimiser = optimiser;
    this.#curves = curves;
    this.#schedules = new Map(Object.entries(schedules));
    const groups = { weights: optimiser.parameters, optimiser: optimiser.state, ...state };
    const seen = new Set<tf.Variable>();
    const remembered = new Map(memory.map((one) => [`memory ${one.name}`, one]));
    if (remembered.size < memory.length) throw new RangeError('Two memories of a training have one name');
    for (const [group, values] of Object.entries<readonly NamedBuffer[]>(groups))
      for (const buffer of values) {
        if (seen.has(buffer.variable)) continue;
        seen.add(buffer.variable);
        remembered.set(`${group} ${buffer.name}`, rememberVariable(buffer));
      }
    this.#remembered = remembered;
  }

  async save(checkpoints: Checkpoints, step: number, isEnd: boolean): Promise<void> {
    const values = new Map<string, Float32Array | Float64Array>();
    for (const [name, one] of this.#remembered) {
      const data = new Float32Array(await one.values());
      // The step that broke it is found again from the checkpoint before.
      if (!isFinite(data)) return;
      values.set(name, data);
    }
    for (const [name, series] of this.#curves.state()) values.set(curvePrefix + name, series);
    for (const [name, schedule] of this.#schedules) values.set(schedulePrefix + name, valuesOf(schedule, step));
    await checkpoints.save({ step, values }, isEnd);
  }

  /** Restores the furthest checkpoint of at most `steps` steps. @returns steps taken; 0 without one */
  async restore(checkpoints: Checkpoints, steps: number): Promise<number> {
    const checkpoint = await checkpoints.load((one) => one.step <= steps && this.#fits(one));
    if (checkpoint === null) return 0;
    const { step, values } = checkpoint;
    for (const [name, one] of this.#remembered) one.restore(new Float32Array(values.get(name)!));
    this.#curves.restore(
      new Map(
        [...values].flatMap(([name, series]) =>
          name.startsWith(curvePrefix) ? [[name.slice(curvePrefix.length), series] as const] : [],
        ),
      ),
    );
    this.#optimiser.resume(step);
    return step;
  }

  /** Whether it is of this network, and this training would have reached it by the same steps. */
  #fits({ step, values }: Checkpoint): boolean {
    for (const [name, { length }] of this.#remembered) if (values.get(name)?.length !== length) return false;
    for (const [name, schedule] of this.#schedules) {
      const taken = values.get(schedulePrefix + name);
      if (taken?.length !== step || taken.some((value, at) => value !== schedule(at))) return false;
    }
    return true;
  }
}

/** Millions of values: a callback for each would take longer than writing them. */
function isFinite(values: Float32Array): boolean {
  let spread = 0;
  for (let at = 0; at < values.length; at++) spread += values[at]! - values[at]!;
  return spread === 0;
}
