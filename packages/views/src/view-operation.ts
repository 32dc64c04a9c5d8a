import type { Operation } from './policy.js';
import type { ViewState } from './view-state.js';

/** Phase of an operation in making a view: see {@link Policy}. `choice` comes first and picks others. */
export type Phase = 'choice' | 'source' | 'geometry' | 'image';

/** Implementation of an operation. */
export interface ViewOperation<O extends Operation> {
  readonly phase: Phase;
  run(this: void, state: ViewState, operation: O): void;
}
