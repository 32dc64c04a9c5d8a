/** State that a long computation resumes from. */
export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  readonly values: ReadonlyMap<string, Float32Array | Float64Array>;
}

/**
 * Checkpoints of a part of a stage, for resuming after its process was killed. They are found by an attempt at the same
 * work only: same code, inputs, params and seed, or another value of the param that the declaration names as its
 * `length`. It never changes a result and is no part of its key.
 */
export interface Checkpoints {
  /** The furthest one that is whole and that `fits`; null where there is none. */
  load(fits: (checkpoint: Checkpoint) => boolean): Promise<Checkpoint | null>;
  /** Whether it is time to save; at the end of an epoch a little earlier. */
  isDue(atEpochEnd: boolean): boolean;
  /**
   * Saves a checkpoint; failing to write is a warning and does no harm.
   *
   * @param isEnd it stays after the stage has its result, for longer work of the same kind
   */
  save(checkpoint: Checkpoint, isEnd?: boolean): Promise<void>;
}

/** Keeps nothing. */
export const noCheckpoints: Checkpoints = {
  load: () => Promise.resolve(null),
  isDue: () => false,
  save: () => Promise.resolve(),
};
