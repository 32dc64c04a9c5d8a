import type { Operation } from './policy.js';
import type { ViewState } from './view-state.js';

/** When in the making of a view an operation works: see {@link Policy}. `choice` comes first and picks others. */
export type Phase = 'choice' | 'source' | 'geometry' | 'image';

/** What an operation does to a view. */
export interface ViewOperation<O extends Operation> {
  readonly phase: Phase;
  run(this: void, state: ViewState, operation: O): void;
}
