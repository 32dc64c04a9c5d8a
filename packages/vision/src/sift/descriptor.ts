import { requireFinitePlane } from '../finite.js';
import type { Plane } from '../image.js';

export interface DescriptorWindow {
  /** Centre, pixels of the plane. */
  readonly x: number;
  readonly y: number;
  /** Side of a cell in pixels. */
  readonly cellSide: number;
  /** Direction that counts as right, radians. */
  readonly orientation?: number;
  /** Cells per side. */
  readonly cells?: number;
  /** Bins of the full turn in a cell. */
  readonly bins?: number;
  /** Of the Gaussian that weights the pixels, in pixels; half the window by default. */
  readonly sigma?: number;
  /** Largest share of one entry before the second normalisation. */
  readonly clip?: number;
}

/**
 * Gradient directions in cells about a place, in its own orientation: [cells * cells * bins] in the order row cell,
 * column cell, bin (Lowe 2004, section 6). Trilinear votes, unit length, clipped, unit length again; a window
 * without gradients stays zero. Pixels without four neighbours do not count.
 */
export function siftDescriptor(plane: Plane, window: DescriptorWindow): Float32Array {
  const { height, width, data } = plane;
  const { x, y, cellSide, orientation = 0, cells = 4, bins = 8, clip = 0.2 } = window;
  const sigma = window.sigma ?? (cells * cellSide) / 2;
  const cos = Math.cos(orientation) / cellSide;
  const sin = Math.sin(orientation) / cellSide;
  const radius = (cellSide * (cells + 1) * Math.SQRT2) / 2;
  const top = Math.max(1, Math.ceil(y - radius));
  const bottom = Math.min(height - 2, Math.floor(y + radius));
  const left = Math.max(1, Math.ceil(x - radius));
  const right = Math.min(width - 2, Math.floor(x + radius));
  const spread = -1 / (2 * sigma * sigma);
  // One ring of cells more on each side takes the votes that fall outside.
  const line = (cells + 2) * bins;
  const votes = new Float64Array((cells + 2) * line);
  let total = 0;
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const u = column - x;
      const v = row - y;
      const cellColumn = u * cos + v * sin + cells / 2 - 0.5;
      const cellRow = v * cos - u * sin + cells / 2 - 0.5;
      if (cellColumn <= -1 || cellColumn >= cells || cellRow <= -1 || cellRow >= cells) continue;
      const at = row * width + column;
      const dx = (data[at + 1]! - data[at - 1]!) / 2;
      const dy = (data[at + width]! - data[at - width]!) / 2;
      const magnitude = Math.sqrt(dx * dx + dy * dy) * Math.exp(spread * (u * u + v * v));
      total += magnitude;
      const turns = (Math.atan2(dy, dx) - orientation) / (2 * Math.PI);
      const place = (turns - Math.floor(turns)) * bins;
      const firstColumn = Math.floor(cellColumn);
      const firstRow = Math.floor(cellRow);
      const firstBin = Math.floor(place);
      const shareColumn = cellColumn - firstColumn;
      const shareRow = cellRow - firstRow;
      const shareBin = place - firstBin;
      const bin = firstBin % bins;
      const nextBin = (firstBin + 1) % bins;
      const cell = (firstRow + 1) * line + (firstColumn + 1) * bins;
      const upper = magnitude * (1 - shareRow);
      const lower = magnitude * shareRow;
      vote(votes, cell, bin, nextBin, shareBin, upper * (1 - shareColumn));
      vote(votes, cell + bins, bin, nextBin, shareBin, upper * shareColumn);
      vote(votes, cell + line, bin, nextBin, shareBin, lower * (1 - shareColumn));
      vote(votes, cell + line + bins, bin, nextBin, shareBin, lower * shareColumn);
    }
  if (!Number.isFinite(total)) requireFinitePlane(plane);
  const descriptor = new Float32Array(cells * cells * bins);
  for (let row = 0; row < cells; row++) {
    const start = (row + 1) * line + bins;
    descriptor.set(votes.subarray(start, start + cells * bins), row * cells * bins);
  }
  scaleToUnit(descriptor);
  for (let at = 0; at < descriptor.length; at++) descriptor[at] = Math.min(clip, descriptor[at]!);
  scaleToUnit(descriptor);
  return descriptor;
}

function vote(votes: Float64Array, cell: number, bin: number, nextBin: number, shareBin: number, amount: number): void {
  votes[cell + bin]! += amount * (1 - shareBin);
  votes[cell + nextBin]! += amount * shareBin;
}

function scaleToUnit(values: Float32Array): void {
  let sum = 0;
  for (const value of values) sum += value * value;
  const norm = Math.sqrt(sum);
  if (norm > 0) for (let at = 0; at < values.length; at++) values[at]! /= norm;
}
