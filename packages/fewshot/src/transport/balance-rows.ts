const marginalTolerance = 1e-6;
const maximumSweeps = 1000;

export interface BalancedRows {
  /** [rows, classes] rows about 1, columns exactly the marginals */
  readonly plan: Float64Array;
  /**
   * [classes] what the iterations added to the logits of each class: softmax(logits + classLogits) is the row of the
   * plan, and the prediction for a row outside the plan.
   */
  readonly classLogits: Float64Array;
}

/** Four classes at a time: their sums stay in registers. */
const lanes = 4;
/** Rows of the kernel that stay in the cache between the two halves of an iteration. */
const blockRows = 1024;

/**
 * Sinkhorn iterations on exp(logits): rows to 1, columns to their marginals, until row sums converge.
 *
 * @param logits [rows, classes]
 */
export function balanceRows(
  logits: Float64Array,
  rows: number,
  classes: number,
  columnMarginals: ArrayLike<number>,
): BalancedRows {
  const kernel = rowExponentials(logits, rows, classes);
  const { width } = kernel;
  // The plan of an iteration is diag(rowScale) kernel diag(columnScale); only the scales change.
  let rowScale = new Float64Array(rows).fill(1);
  let nextScale = new Float64Array(rows);
  const columnScale = new Float64Array(width).fill(1);
  const columnSums = new Float64Array(width);
  const previous = new Float64Array(rows);
  for (let sweep = 0; sweep < maximumSweeps; sweep++) {
    const change = sumRowsAndColumns(kernel, columnScale, rowScale, previous, nextScale, columnSums);
    if (sweep > 0 && change <= marginalTolerance) break;
    // The first sums are of unscaled rows: they do not indicate convergence.
    if (sweep === 0) previous.fill(0);
    [rowScale, nextScale] = [nextScale, rowScale];
    for (let label = 0; label < classes; label++)
      columnScale[label] = columnSums[label]! > 0 ? columnMarginals[label]! / columnSums[label]! : 0;
  }
  const plan = new Float64Array(rows * classes);
  for (let row = 0, i = 0; row < rows; row++)
    for (let label = 0; label < classes; label++, i++)
      plan[i] = kernel.data[row * width + label]! * rowScale[row]! * columnScale[label]!;
  return { plan, classLogits: columnScale.slice(0, classes).map(Math.log) };
}

interface Kernel {
  /** Classes, rounded up to whole lanes. */
  readonly width: number;
  /** [rows, width], 0 beyond the classes */
  readonly data: Float64Array;
}

/**
 * One pass over the kernel: sums of the plan's rows, the scales that normalise them to 1, and the column sums under
 * those.
 *
 * @param previous row sums of the last iteration, replaced by those of this one
 * @returns the largest change of a row sum
 */
function sumRowsAndColumns(
  { width, data }: Kernel,
  columnScale: Float64Array,
  rowScale: Float64Array,
  previous: Float64Array,
  nextScale: Float64Array,
  columnSums: Float64Array,
): number {
  const rows = rowScale.length;
  columnSums.fill(0);
  let change = 0;
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    nextScale.fill(0, start, end);
    for (let lane = 0; lane < width; lane += lanes) {
      const s0 = columnScale[lane]!;
      const s1 = columnScale[lane + 1]!;
      const s2 = columnScale[lane + 2]!;
      const s3 = columnScale[lane + 3]!;
      for (let row = start, i = start * width + lane; row < end; row++, i += width)
        nextScale[row]! += s0 * data[i]! + s1 * data[i + 1]! + s2 * data[i + 2]! + s3 * data[i + 3]!;
    }
    for (let row = start; row < end; row++) {
      const sum = nextScale[row]!;
      const mass = sum * rowScale[row]!;
      const moved = Math.abs(previous[row]! - mass);
      if (moved > change) change = moved;
      previous[row] = mass;
      nextScale[row] = 1 / sum;
    }
    for (let lane = 0; lane < width; lane += lanes) {
      let c0 = 0;
      let c1 = 0;
      let c2 = 0;
      let c3 = 0;
      for (let row = start, i = start * width + lane; row < end; row++, i += width) {
        const scale = nextScale[row]!;
        c0 += scale * data[i]!;
        c1 += scale * data[i + 1]!;
        c2 += scale * data[i + 2]!;
        c3 += scale * data[i + 3]!;
      }
      columnSums[lane]! += c0;
      columnSums[lane + 1]! += c1;
      columnSums[lane + 2]! += c2;
      columnSums[lane + 3]! += c3;
    }
  }
  return change;
}

/** exp(logits - maximum of the row), so that no lambda underflows a whole row. */
function rowExponentials(logits: Float64Array, rows: number, classes: number): Kernel {
  const width = lanes * Math.ceil(classes / lanes);
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = row * classes; i < end; i++) largest = Math.max(largest, logits[i]!);
    for (let i = row * classes, to = row * width; i < end; i++, to++) data[to] = Math.exp(logits[i]! - largest);
  }
  return { width, data };
}
