/** A box of the picture and the boxes that arrows come from. */
export interface Box {
  readonly id: string;
  readonly from: readonly string[];
}

export interface Placed {
  readonly id: string;
  /** Column from the left, from 0. */
  readonly layer: number;
  /** Place in its column from the top, from 0; fractions where a column is centred. */
  readonly row: number;
}

export interface Layout {
  readonly boxes: ReadonlyMap<string, Placed>;
  readonly layers: number;
  readonly rows: number;
}

const sweeps = 6;

function layersOf(boxes: readonly Box[]): string[][] {
  const layer = new Map<string, number>();
  for (const { id, from } of boxes) layer.set(id, 1 + Math.max(-1, ...from.map((source) => layer.get(source) ?? -1)));
  const layers: string[][] = [];
  for (const { id } of boxes) (layers[layer.get(id)!] ??= []).push(id);
  return layers;
}

/**
 * Places a graph in columns: a box stands right of all that it comes from, and near to what it is joined with
 * (Sugiyama's method: longest path, then barycentres).
 *
 * @param boxes in topological order
 */
export function layOut(boxes: readonly Box[]): Layout {
  const layers = layersOf(boxes);
  const neighbours = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  for (const { id, from } of boxes)
    for (const source of from) {
      neighbours.get(id)?.push(source);
      neighbours.get(source)?.push(id);
    }
  const rows = Math.max(1, ...layers.map((layer) => layer.length));
  const row = new Map<string, number>();
  const place = (layer: readonly string[]): void => {
    for (const [at, id] of layer.entries()) row.set(id, at + (rows - layer.length) / 2);
  };
  layers.forEach(place);
  const centre = (id: string): number => {
    const joined = neighbours.get(id)!;
    return joined.length === 0 ? row.get(id)! : joined.reduce((sum, other) => sum + row.get(other)!, 0) / joined.length;
  };
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const centres = new Map(layer.map((id) => [id, centre(id)]));
      layer.sort((a, b) => centres.get(a)! - centres.get(b)!);
      place(layer);
    }
  const placed = layers.flatMap((layer, at) => layer.map((id) => [id, { id, layer: at, row: row.get(id)! }] as const));
  return { boxes: new Map(placed), layers: layers.length, rows };
}
