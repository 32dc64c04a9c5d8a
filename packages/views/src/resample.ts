import type { ViewState } from './view-state.js';

/**
 * Draws the source image into `image` through the geometry: one bilinear resampling with half-pixel centres,
 * no antialiasing.
 */
export function resample(state: ViewState): void {
  const { source, origin, width, channels, size, border, geometry, image, scratch } = state;
  const { left, right, top, bottom, shiftX, shiftY, displaced } = geometry;
  const scaleX = geometry.width / size;
  const scaleY = geometry.height / size;
  const ax = geometry.ax * scaleX;
  const bx = geometry.bx * scaleY;
  const cx = geometry.cx + 0.5 * (ax + bx) - 0.5;
  const ay = geometry.ay * scaleX;
  const by = geometry.by * scaleY;
  const cy = geometry.cy + 0.5 * (ay + by) - 0.5;
  const fill = typeof border === 'number' ? border : 0;
  const filled = typeof border === 'number';
  const line = width * channels;

  /** A place inside [low, high), or -1 where the fill lies. */
  function settle(place: number, low: number, high: number): number {
    if (place >= low && place < high) return place;
    if (filled) return -1;
    if (border === 'edge' || high - low === 1) return place < low ? low : high - 1;
    const period = 2 * (high - low - 1);
    const wrapped = (((place - low) % period) + period) % period;
    return low + (wrapped < high - low ? wrapped : period - wrapped);
  }

  if (bx === 0 && ay === 0 && !displaced) {
    // Upright: the taps of columns are the same in every row. scratch: 4 numbers a column. A place in the outer half
    // of an outermost pixel still belongs to the image, so that a crop never reads what lies outside its box.
    for (let u = 0; u < size; u++) {
      let x = ax * u + cx;
      if (x > left - 0.5 && x < left) x = left;
      else if (x > right - 1 && x < right - 0.5) x = right - 1;
      const x0 = Math.floor(x);
      const near = settle(x0, left, right);
      const far = settle(x0 + 1, left, right);
      const share = x - x0;
      scratch[4 * u] = (near < 0 ? left : near) * channels;
      scratch[4 * u + 1] = (far < 0 ? left : far) * channels;
      scratch[4 * u + 2] = near < 0 ? 0 : 1 - share;
      scratch[4 * u + 3] = far < 0 ? 0 : share;
    }
    let at = 0;
    for (let v = 0; v < size; v++) {
      let y = by * v + cy;
      if (y > top - 0.5 && y < top) y = top;
      else if (y > bottom - 1 && y < bottom - 0.5) y = bottom - 1;
      const y0 = Math.floor(y);
      const near = settle(y0, top, bottom);
      const far = settle(y0 + 1, top, bottom);
      const share = y - y0;
      const upper = origin + (near < 0 ? top : near) * line;
      const lower = origin + (far < 0 ? top : far) * line;
      const upperWeight = near < 0 ? 0 : (1 - share) / 255;
      const lowerWeight = far < 0 ? 0 : share / 255;
      const rowWeight = (upperWeight + lowerWeight) * 255;
      for (let u = 0; u < size; u++) {
        const x0 = scratch[4 * u]!;
        const x1 = scratch[4 * u + 1]!;
        const w0 = scratch[4 * u + 2]!;
        const w1 = scratch[4 * u + 3]!;
        const rest = filled ? fill * (1 - (w0 + w1) * rowWeight) : 0;
        const w00 = upperWeight * w0;
        const w01 = upperWeight * w1;
        const w10 = lowerWeight * w0;
        const w11 = lowerWeight * w1;
        for (let channel = 0; channel < channels; channel++)
          image[at++] =
            w00 * source[upper + x0 + channel]! +
            w01 * source[upper + x1 + channel]! +
            w10 * source[lower + x0 + channel]! +
            w11 * source[lower + x1 + channel]! +
            rest;
      }
    }
    return;
  }

  let at = 0;
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      let x = ax * u + bx * v + cx;
      let y = ay * u + by * v + cy;
      if (displaced) {
        x += shiftX[v * size + u]!;
        y += shiftY[v * size + u]!;
      }
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      const shareX = x - x0;
      const shareY = y - y0;
      let w00 = (1 - shareY) * (1 - shareX);
      let w01 = (1 - shareY) * shareX;
      let w10 = shareY * (1 - shareX);
      let w11 = shareY * shareX;
      let p00 = 0;
      let p01 = 0;
      let p10 = 0;
      let p11 = 0;
      let rest = 0;
      if (x0 >= left && x0 + 1 < right && y0 >= top && y0 + 1 < bottom) {
        p00 = origin + y0 * line + x0 * channels;
        p01 = p00 + channels;
        p10 = p00 + line;
        p11 = p10 + channels;
      } else {
        const nearX = settle(x0, left, right);
        const farX = settle(x0 + 1, left, right);
        const nearY = settle(y0, top, bottom);
        const farY = settle(y0 + 1, top, bottom);
        if (nearX < 0) w00 = w10 = 0;
        if (farX < 0) w01 = w11 = 0;
        if (nearY < 0) w00 = w01 = 0;
        if (farY < 0) w10 = w11 = 0;
        if (filled) rest = fill * (1 - w00 - w01 - w10 - w11);
        const upper = origin + (nearY < 0 ? top : nearY) * line;
        const lower = origin + (farY < 0 ? top : farY) * line;
        const first = (nearX < 0 ? left : nearX) * channels;
        const second = (farX < 0 ? left : farX) * channels;
        p00 = upper + first;
        p01 = upper + second;
        p10 = lower + first;
        p11 = lower + second;
      }
      w00 /= 255;
      w01 /= 255;
      w10 /= 255;
      w11 /= 255;
      for (let channel = 0; channel < channels; channel++)
        image[at++] =
          w00 * source[p00 + channel]! +
          w01 * source[p01 + channel]! +
          w10 * source[p10 + channel]! +
          w11 * source[p11 + channel]! +
          rest;
    }
  }
}
