import type { EngineIdentity } from '@twoshot/keys';
import type { EngineRequest } from '@twoshot/stage/host';

/** The engine that this run uses: chosen before any key is computed, started only by the hosts that need it. */
export interface SettledEngine extends EngineIdentity {
  readonly kind: EngineRequest['kind'];
  /**
   * Sets it up if that has not been done on this machine; called before the first stage that needs it.
   *
   * @param tell gets a line about the progress
   * @returns the engine to use instead where the set-up failed: all keys have to be computed again
   */
  ready(tell: (line: string) => void, signal: AbortSignal): Promise<SettledEngine | null>;
  /**
   * For a host that could not load it.
   *
   * @param why in words, with how to fix it
   * @param tell gets a line about it, once
   * @returns the engine to use instead; null where the user asked for this one
   */
  without(why: string, tell: (line: string) => void): SettledEngine | null;
}
