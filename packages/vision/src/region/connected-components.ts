import type { Plane } from '../image.js';

export type Connectivity = 4 | 8;

export interface Components {
  /** Components beside the background. */
  readonly count: number;
  /** [height, width] 0 for the background, 1..count in the order of their first pixel */
  readonly labels: Int32Array;
  /** [count] pixels of component 1, 2, ... */
  readonly sizes: Int32Array;
}

/** Regions of touching non-zero pixels, by sides (4) or by sides and corners (8). */
export function connectedComponents(
  { height, width, data }: Plane<ArrayLike<number>>,
  connectivity: Connectivity,
): Components {
  const labels = new Int32Array(height * width);
  const sizes: number[] = [];
  const open: number[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (data[start] === 0 || labels[start] !== 0) continue;
    const label = sizes.length + 1;
    let size = 0;
    labels[start] = label;
    open.push(start);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      size++;
      const row = Math.floor(at / width);
      const column = at - row * width;
      for (let down = -1; down <= 1; down++)
        for (let right = -1; right <= 1; right++) {
          if (connectivity === 4 && down !== 0 && right !== 0) continue;
          const y = row + down;
          const x = column + right;
          if (y < 0 || y >= height || x < 0 || x >= width) continue;
          const next = y * width + x;
          if (data[next] === 0 || labels[next] !== 0) continue;
          labels[next] = label;
          open.push(next);
        }
    }
    sizes.push(size);
  }
  return { count: sizes.length, labels, sizes: Int32Array.from(sizes) };
}
