import type { Progress } from '../declaration.js';

/** Shortest time between two progress messages; a stage may report every step of thousands a second. */
const interval = 100;

/** Passes on the first and the last progress of every phase, and of those between them one every 100 ms. */
export function steadyProgress(
  send: (progress: Progress) => void,
  now: () => number,
): { readonly report: (progress: Progress) => void; readonly flush: () => void } {
  let sentAt = -Infinity;
  let phase: string | undefined;
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
      if (progress.phase !== phase) flush();
      const due = progress.phase !== phase || now() - sentAt >= interval || progress.step >= progress.total;
      phase = progress.phase;
      if (due) pass(progress);
      else held = progress;
    },
    flush,
  };
}
