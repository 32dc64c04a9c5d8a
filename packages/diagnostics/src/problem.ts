import type { Failure } from './failure.js';

/**
 * Carries a failure through code that could not go on anyway; it comes back as a value at the runner's door. Nothing
 * else of a run would succeed either: the disk is full, the engine that was asked for cannot be had.
 */
export class RunProblem extends Error {
  override readonly name = 'RunProblem';
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}
