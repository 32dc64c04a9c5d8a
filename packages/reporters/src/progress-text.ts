import { duration } from '@twoshot/page';
import type { Progress } from '@twoshot/stage';

/** Progress in words, without the time left: `views 300/1500, loss 0.4213, 812 images/s`. */
export function progressText({ step, total, from, loss, throughput, unit, phase }: Progress): string {
  const parts = [
    `${phase === undefined ? '' : `${phase} `}${step}/${total}`,
    ...(from === undefined ? [] : [`goes on from ${from}`]),
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(4)}`]),
    ...(throughput === undefined
      ? []
      : [`${throughput >= 100 ? Math.round(throughput) : throughput.toPrecision(3)} ${unit ?? 'steps'}/s`]),
  ];
  return parts.join(', ');
}

/**
 * Estimates the time that a stage still takes from how far it came and since when. Phases are told apart: each begins
 * anew.
 */
export class TimeLeft {
  #phase: string | undefined;
  #since: number | null = null;
  #first = 0;

  /** @param now seconds of any clock */
  update({ phase, step, total }: Progress, now: number): string {
    if (this.#since === null || phase !== this.#phase || step < this.#first) {
      this.#phase = phase;
      this.#since = now;
      this.#first = step;
    }
    const done = step - this.#first;
    if (done <= 0 || step >= total) return '';
    return `${duration(((total - step) / done) * (now - this.#since))} left`;
  }
}
