import type { Json } from '@twoshot/artifact';
import type { EngineRequest } from '@twoshot/stage/host';

/** The engine that this run uses: chosen before any key is computed, started only by the hosts that need it. */
export interface SettledEngine {
  readonly kind: EngineRequest['kind'];
  /** Everything about it that a result may depend on. */
  identity(threads: number): Json;
  /**
   * Sets it up if that has not been done on this machine; called before the first stage that needs it.
   *
   * @param tell gets a line about the progress
   * @returns the engine to use instead where the set-up failed: all keys have to be computed again
   */
  ready(tell: (line: string) => void, signal: AbortSignal): Promise<SettledEngine | null>;
}
