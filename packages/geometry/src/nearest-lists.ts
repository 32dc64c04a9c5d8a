/** The k best candidates seen so far of every row; equal values keep the order in which they were offered. */
export class NearestLists {
  readonly k: number;
  /** [rows, k] descending */
  readonly value: Float32Array;
  /** [rows, k]; -1 where fewer than k candidates were offered */
  readonly position: Int32Array;
  /** [rows] what a candidate must exceed */
  readonly threshold: Float32Array;

  constructor(rows: number, k: number) {
    this.k = k;
    this.value = new Float32Array(rows * k).fill(Number.NEGATIVE_INFINITY);
    this.position = new Int32Array(rows * k).fill(-1);
    this.threshold = new Float32Array(rows).fill(Number.NEGATIVE_INFINITY);
  }

  /** Takes a candidate whose value exceeds the row's threshold. */
  offer(row: number, candidate: number, value: number): void {
    const { k, position, value: values } = this;
    const first = row * k;
    let at = first + k - 1;
    for (; at > first && values[at - 1]! < value; at--) {
      values[at] = values[at - 1]!;
      position[at] = position[at - 1]!;
    }
    values[at] = value;
    position[at] = candidate;
    this.threshold[row] = values[first + k - 1]!;
  }
}
