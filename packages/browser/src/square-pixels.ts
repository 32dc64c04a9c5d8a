type Source = ImageBitmap | HTMLVideoElement;

const sidesOf = (source: Source): readonly [number, number] =>
  source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];

function contextOf(side: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.imageSmoothingQuality = 'high';
  return context;
}

/**
 * The largest square of the middle of an image, on white.
 *
 * @returns [size, size, 3] from 0 to 255
 */
export function squarePixels(source: Source, size: number): Float32Array {
  const [width, height] = sidesOf(source);
  let side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  // Half at a time: a browser that shrinks at once leaves pixels out.
  let half = side;
  while (half >= 4 * size) half = Math.ceil(half / 2);
  let context = contextOf(half);
  context.fillStyle = 'white';
  context.fillRect(0, 0, half, half);
  context.drawImage(source, left, top, side, side, 0, 0, half, half);
  side = half;
  while (side !== size) {
    const next = Math.max(size, Math.ceil(side / 2));
    const smaller = contextOf(side < size ? size : next);
    smaller.drawImage(context.canvas, 0, 0, smaller.canvas.width, smaller.canvas.height);
    context = smaller;
    side = smaller.canvas.width;
  }
  const { data } = context.getImageData(0, 0, size, size);
  const pixels = new Float32Array(size * size * 3);
  for (let at = 0; at < size * size; at++)
    for (let channel = 0; channel < 3; channel++) pixels[at * 3 + channel] = data[at * 4 + channel]!;
  return pixels;
}
