/** Points of a curve, `[step, value]`. */
export type Curve = readonly (readonly [number, number])[];

/** Records all values by name and step, so that a training may resume from any of its steps. */
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
   * Every curve as the means of at most `points` spans of equal length, each of which stands at its last step. What is
   * measured now and then only keeps all of its values: those that `every` asks for, and that of the last step.
   */
  finish(steps: number, every: ReadonlyMap<string, number>, points = 500): Record<string, Curve> {
    const span = Math.max(1, Math.ceil(steps / points));
    return Object.fromEntries(
      Array.from(this.#series, ([name, series]) => {
        const due = every.get(name);
        if (due === undefined) return [name, meansOf(series, span)];
        // A shorter training that this one resumed from has measured its own last step.
        return [name, meansOf(series, 1).filter(([step]) => step % due === 0 || step + 1 === steps)];
      }),
    );
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
