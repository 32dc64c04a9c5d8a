/** An upright box in pixels; it may reach beyond the picture. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The part of a box that lies in a picture: rows [top, bottom), columns [left, right). */
export function clippedBox(
  { top, left, height, width }: Box,
  picture: { readonly height: number; readonly width: number },
): { top: number; left: number; bottom: number; right: number } {
  return {
    top: clip(top, picture.height),
    bottom: clip(top + height, picture.height),
    left: clip(left, picture.width),
    right: clip(left + width, picture.width),
  };
}

function clip(place: number, length: number): number {
  return Math.min(length, Math.max(0, place));
}
