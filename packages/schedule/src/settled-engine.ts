import type { EngineIdentity } from '@twoshot/keys';
import type { EngineRequest } from '@twoshot/stage/host';

/** The engine that this run uses: chosen before any key is computed, started only by the hosts that need it. */
export interface SettledEngine extends EngineIdentity {
  readonly kind: EngineRequest['kind'];
  /**
   * Installs it if it is not installed on this machine; called before the first stage that needs it.
   *
   * @param report receives lines about the progress
   * @returns the engine to use instead where the set-up failed: all keys have to be computed again
   */
  ready(report: (line: string) => void, signal: AbortSignal): Promise<SettledEngine | null>;
  /**
   * For a host that could not load it.
   *
   * @param why in words, with how to fix it
   * @param report receives a line about it, once
   * @returns the engine to use instead; null where the user selected this one
   */
  without(why: string, report: (line: string) => void): SettledEngine | null;
}
