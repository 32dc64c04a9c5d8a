/** A point in a drawing, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box of the drawing and the boxes that its lines come from. */
export interface Box {
  readonly id: string;
  readonly from: readonly string[];
}

/** Positions of boxes and lines; plain data, so that it can be stored. */
export interface Layout {
  /** Upper left corner of every box, by id. */
  readonly corners: Readonly<Record<string, Point>>;
  /** From the right side of one box to the left side of another, around those between. */
  readonly lines: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}
