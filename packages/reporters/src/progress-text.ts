import { duration } from '@twoshot/page';
import type { Progress } from '@twoshot/stage';

/** Progress in words, without the time left: `views 300/1500, loss 0.4213, 812 images/s`. */
export function progressText({ step, total, from, loss, throughput, unit, phase }: Progress): string {
  const parts = [
    `${phase === undefined ? '' : `${phase} `}${step}/${total}`,
    ...(from === undefined ? [] : [`resumed at ${from}`]),
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(4)}`]),
    ...(throughput === undefined
      ? []
      : [`${throughput >= 100 ? Math.round(throughput) : throughput.toPrecision(3)} ${unit ?? 'steps'}/s`]),
  ];
  return parts.join(', ');
}

/**
 * Estimates the remaining time of a stage from its progress. Each phase is estimated separately.
 */
export class TimeLeft {
  #phase: string | undefined;
  #since: number | null = null;
  #first = 0;

  /** @param now clock, in seconds */
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
