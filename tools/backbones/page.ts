import { startEngine, tf } from '@twoshot/engine';
import {
  createBackbone,
  disposeModule,
  networkArchitecture,
  type NetworkName,
  networkNames,
  unfilled,
} from '@twoshot/nn';

export const backbonesPage = 'docs/backbones.md';

const [begin, end] = ['<!-- begin of the table -->', '<!-- end of the table -->'];

/** The page with its table of networks as they are now. */
export async function backbones(page: string): Promise<string> {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${backbonesPage}: expected the lines ${begin} and ${end}`);
  // Only the portable engines tell the kernels of a forward pass one by one.
  await startEngine('wasm');
  const rows = [['network', 'parameters', 'features', 'multiplications at 32 x 32']];
  for (const name of networkNames) rows.push(await row(name));
  return `${page.slice(0, before)}${begin}\n\n${table(rows)}\n\n${page.slice(after)}`;
}

/** Markdown as the formatter leaves it: the first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...others] = rows;
  const widths = heading.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!))).join(' | ')} |`;
  return [line(heading), line(rule), ...others.map(line)].join('\n');
}

async function row(name: NetworkName): Promise<string[]> {
  const settings = { stem: null, width: null, depths: null, stemWidth: 16, widths: [64, 128, 256] };
  const backbone = createBackbone(networkArchitecture(name, 3, settings), unfilled);
  const parameters = backbone.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
  const { kernels } = await tf.profile(() =>
    tf.tidy(() => {
      backbone.forward(tf.zeros<tf.Rank.R4>([1, 32, 32, 3]), { training: false });
    }),
  );
  const products = kernels.reduce((sum, kernel) => sum + productsOf(kernel), 0);
  disposeModule(backbone);
  return [`\`${name}\``, millions(parameters), String(backbone.dim), millions(products)];
}

type Kernel = Awaited<ReturnType<typeof tf.profile>>['kernels'][number];

/** Multiplications of a convolution: the values of its output times those of one filter. */
function productsOf({ name, inputShapes, outputShapes }: Kernel): number {
  if (name !== 'Conv2D' && name !== 'DepthwiseConv2dNative') return 0;
  const [, [height = 0, width = 0, channels = 0] = []] = inputShapes;
  const filter = height * width * (name === 'Conv2D' ? channels : 1);
  return (outputShapes[0] ?? []).reduce((product, side) => product * side, filter);
}

const millions = (count: number): string => `${(count / 1e6).toFixed(count < 1e8 ? 2 : 0)} M`;
