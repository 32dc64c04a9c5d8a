/** Points of a curve, `[step, value]`. */
export type Curve = readonly (readonly [number, number])[];

/** Takes down values by name and step, all of them, so that a training may go on from any of its steps. */
export class CurveRecorder {
  readonly #series = new Map<string, number[]>();

  add(name: string, step: number, value: number): void {
    const series = this.#series.get(name) ?? [];
    this.#series.set(name, series);
    series.push(step, value);
  }

  /** By name [2 x points]: steps and values in turn. */
  state(): Map<string, Float64Array> {
    return new Map(Array.from(this.#series, ([name, series]) => [name, Float64Array.from(series)]));
  }

  restore(series: ReadonlyMap<string, ArrayLike<number>>): void {
    this.#series.clear();
    for (const [name, values] of series) this.#series.set(name, Array.from(values));
  }

  /**
   * Every curve as the means of spans of equal length: at most `points` of them, or all values where `isWhole` says
   * so. A span stands at its last step.
   */
  finish(steps: number, isWhole: (name: string) => boolean, points = 500): Record<string, Curve> {
    const span = (name: string): number => (isWhole(name) ? 1 : Math.max(1, Math.ceil(steps / points)));
    return Object.fromEntries(Array.from(this.#series, ([name, series]) => [name, meansOf(series, span(name))]));
  }
}

function meansOf(series: readonly number[], span: number): Curve {
  const means: [number, number][] = [];
  for (let start = 0; start < series.length; start += 2 * span) {
    const end = Math.min(start + 2 * span, series.length);
    let sum = 0;
    for (let at = start; at < end; at += 2) sum += series[at + 1]!;
    means.push([series[end - 2]!, sum / ((end - start) / 2)]);
  }
  return means;
}
