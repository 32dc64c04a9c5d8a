import type { Failure } from './failure.js';

/**
 * Carries a failure through code that cannot continue; the runner's entry point returns it as a value. Nothing else of
 * the run would succeed either: the disk is full, the selected engine is unavailable.
 */
export class RunProblem extends Error {
  override readonly name = 'RunProblem';
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}
