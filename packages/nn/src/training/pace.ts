/** Measures throughput; for the user only, never for a result. */
export interface Pace {
  count(images: number): void;
  /** Images per second over the last steps. */
  recent(): number;
  /** Images per second over all steps. */
  overall(): number;
}

export function startPace(steps = 20): Pace {
  const window: [number, number][] = [[performance.now(), 0]];
  const [start] = window;
  let images = 0;
  return {
    count(more) {
      images += more;
      window.push([performance.now(), images]);
      if (window.length > steps) window.shift();
    },
    recent: () => between(window[0]!, window.at(-1)!),
    overall: () => between(start!, window.at(-1)!),
  };
}

/** Images per second between two readings of [milliseconds, images]. */
const between = ([from, before]: [number, number], [to, after]: [number, number]): number =>
  to === from ? 0 : ((after - before) * 1000) / (to - from);
