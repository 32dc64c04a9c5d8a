import type { Octave } from './octaves.js';

/** A refined extremum of the differences of one octave, in its pixels. */
export interface Extremum {
  readonly x: number;
  readonly y: number;
  /** Level with its fraction. */
  readonly level: number;
  /** Whole level and pixel that it was found at. */
  readonly layer: number;
  readonly column: number;
  readonly row: number;
  readonly response: number;
}

/** Pixels at the border of an octave where nothing is looked for. */
const border = 5;
const refinements = 5;

/** Extrema among the 26 neighbours in place and scale, refined and tested as in Lowe 2004, section 4. */
export function findExtrema(octave: Octave, layers: number, contrast: number, edge: number): Extremum[] {
  const { height, width, differences } = octave;
  const found: Extremum[] = [];
  const threshold = (0.5 * contrast) / layers;
  for (let layer = 1; layer <= layers; layer++) {
    const below = differences[layer - 1]!;
    const level = differences[layer]!;
    const above = differences[layer + 1]!;
    for (let row = border; row < height - border; row++)
      for (let column = border; column < width - border; column++) {
        const at = row * width + column;
        const value = level[at]!;
        if (Math.abs(value) <= threshold) continue;
        const sign = value > 0 ? 1 : -1;
        if (!isExtreme(level, at, width, value, sign)) continue;
        if (!isExtreme(below, at, width, value, sign) || !isExtreme(above, at, width, value, sign)) continue;
        const extremum = refine(octave, layers, layer, row, column, contrast, edge);
        if (extremum !== null) found.push(extremum);
      }
  }
  return found;
}

function isExtreme(level: Float32Array, at: number, width: number, value: number, sign: number): boolean {
  const own = sign * value;
  return (
    own >= sign * level[at]! &&
    own >= sign * level[at - 1]! &&
    own >= sign * level[at + 1]! &&
    own >= sign * level[at - width]! &&
    own >= sign * level[at + width]! &&
    own >= sign * level[at - width - 1]! &&
    own >= sign * level[at - width + 1]! &&
    own >= sign * level[at + width - 1]! &&
    own >= sign * level[at + width + 1]!
  );
}

/** Moves to the extremum of the quadratic through the neighbours; null if it leaves, is too faint or lies on an edge. */
function refine(
  { height, width, differences }: Octave,
  layers: number,
  startLayer: number,
  startRow: number,
  startColumn: number,
  contrast: number,
  edge: number,
): Extremum | null {
  let layer = startLayer;
  let row = startRow;
  let column = startColumn;
  for (let attempt = 0; attempt < refinements; attempt++) {
    const below = differences[layer - 1]!;
    const level = differences[layer]!;
    const above = differences[layer + 1]!;
    const at = row * width + column;
    const dx = (level[at + 1]! - level[at - 1]!) / 2;
    const dy = (level[at + width]! - level[at - width]!) / 2;
    const ds = (above[at]! - below[at]!) / 2;
    const twice = 2 * level[at]!;
    const dxx = level[at + 1]! + level[at - 1]! - twice;
    const dyy = level[at + width]! + level[at - width]! - twice;
    const dss = above[at]! + below[at]! - twice;
    const dxy = (level[at + width + 1]! - level[at + width - 1]! - level[at - width + 1]! + level[at - width - 1]!) / 4;
    const dxs = (above[at + 1]! - above[at - 1]! - below[at + 1]! + below[at - 1]!) / 4;
    const dys = (above[at + width]! - above[at - width]! - below[at + width]! + below[at - width]!) / 4;

    const cofactorX = dyy * dss - dys * dys;
    const cofactorY = dxs * dys - dxy * dss;
    const cofactorS = dxy * dys - dxs * dyy;
    const determinant = dxx * cofactorX + dxy * cofactorY + dxs * cofactorS;
    if (determinant === 0) return null;
    const moveX = -(cofactorX * dx + cofactorY * dy + cofactorS * ds) / determinant;
    const moveY = -(cofactorY * dx + (dxx * dss - dxs * dxs) * dy + (dxy * dxs - dxx * dys) * ds) / determinant;
    const moveS = -(cofactorS * dx + (dxy * dxs - dxx * dys) * dy + (dxx * dyy - dxy * dxy) * ds) / determinant;

    if (Math.abs(moveX) < 0.5 && Math.abs(moveY) < 0.5 && Math.abs(moveS) < 0.5) {
      const response = level[at]! + (dx * moveX + dy * moveY + ds * moveS) / 2;
      if (Math.abs(response) * layers < contrast) return null;
      const trace = dxx + dyy;
      const curvature = dxx * dyy - dxy * dxy;
      if (curvature <= 0 || trace * trace * edge >= (edge + 1) * (edge + 1) * curvature) return null;
      return {
        x: column + moveX,
        y: row + moveY,
        level: layer + moveS,
        layer,
        column,
        row,
        response: Math.abs(response),
      };
    }
    layer += Math.round(moveS);
    row += Math.round(moveY);
    column += Math.round(moveX);
    if (layer < 1 || layer > layers || row < border || row >= height - border) return null;
    if (column < border || column >= width - border) return null;
  }
  return null;
}
