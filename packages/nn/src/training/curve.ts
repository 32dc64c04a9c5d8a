/** Points of a curve, `[step, value]`. */
export type Curve = readonly (readonly [number, number])[];

/** Takes a value at every step and keeps the means of at most `points` spans of equal length. */
export class CurveRecorder {
  readonly #span: number;
  readonly #points: [number, number][] = [];
  #sum = 0;
  #count = 0;

  constructor(steps: number, points = 500) {
    this.#span = Math.max(1, Math.ceil(steps / points));
  }

  add(step: number, value: number): void {
    this.#sum += value;
    this.#count++;
    if (this.#count === this.#span) this.#close(step);
  }

  #close(step: number): void {
    this.#points.push([step, this.#sum / this.#count]);
    this.#sum = 0;
    this.#count = 0;
  }

  /** The curve so far, a last span that is not full included. */
  finish(lastStep: number): Curve {
    if (this.#count > 0) this.#close(lastStep);
    return this.#points;
  }
}
