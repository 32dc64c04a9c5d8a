import type { Progress } from '../declaration.js';

/** Minimum time between two progress messages; a stage may report every step of thousands a second. */
const interval = 100;
/** Phases whose first and last progress are passed on whenever they come. */
const mostPhases = 1_000;

/** Passes on the first and the last progress of every phase, and of those between them one every 100 ms. */
export function steadyProgress(
  send: (progress: Progress) => void,
  now: () => number,
): { readonly report: (progress: Progress) => void; readonly flush: () => void } {
  let sentAt = -Infinity;
  let phase: string | undefined;
  let phases = 0;
  let held: Progress | null = null;
  const pass = (progress: Progress): void => {
    held = null;
    sentAt = now();
    send(progress);
  };
  const flush = (): void => {
    if (held !== null) pass(held);
  };
  return {
    report(progress) {
      if (progress.phase !== phase && phases < mostPhases) flush();
      // A stage that tells a phase of its own for every step has as many as steps.
      const isNew = progress.phase !== phase && phases++ < mostPhases;
      const due = isNew || now() - sentAt >= interval || (progress.step >= progress.total && phases < mostPhases);
      phase = progress.phase;
      if (due) pass(progress);
      else held = progress;
    },
    flush,
  };
}
