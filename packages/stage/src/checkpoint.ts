/** Numbers that a long computation goes on from. */
export interface Checkpoint {
  /** Steps that were taken. */
  readonly step: number;
  readonly values: ReadonlyMap<string, Float32Array | Float64Array>;
}

/**
 * Where a part of a stage keeps what it goes on from when its process ends before it does. It is found again by an
 * attempt at the same work only: the same code, inputs, params and seed, or another value of the param that the
 * declaration names as its `length`. It never changes a result and is no part of its key.
 */
export interface Checkpoints {
  /** The furthest one that is whole and that `fits`; null where there is none. */
  load(fits: (checkpoint: Checkpoint) => boolean): Promise<Checkpoint | null>;
  /** Whether it is time to save; the end of an epoch is a good moment that comes a little early. */
  isDue(atEpochEnd: boolean): boolean;
  /**
   * Keeps a checkpoint; one that cannot be written is told as a warning and does no harm.
   *
   * @param isEnd it stays when the stage has its result, for work of the same kind that goes further
   */
  save(checkpoint: Checkpoint, isEnd?: boolean): Promise<void>;
}

/** Keeps nothing. */
export const noCheckpoints: Checkpoints = {
  load: () => Promise.resolve(null),
  isDue: () => false,
  save: () => Promise.resolve(),
};
