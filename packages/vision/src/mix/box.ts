/** An upright box in pixels; it may reach beyond the image. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The part of a box that lies in an image: rows [top, bottom), columns [left, right). */
export function clippedBox(
  { top, left, height, width }: Box,
  image: { readonly height: number; readonly width: number },
): { top: number; left: number; bottom: number; right: number } {
  return {
    top: clip(top, image.height),
    bottom: clip(top + height, image.height),
    left: clip(left, image.width),
    right: clip(left + width, image.width),
  };
}

function clip(place: number, length: number): number {
  return Math.min(length, Math.max(0, place));
}
