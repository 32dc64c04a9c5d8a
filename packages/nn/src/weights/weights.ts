import { tf } from '@twoshot/engine';
import type { Layout, Module, NamedBuffer } from '../module.js';
import { fromTorch, torchShape, toTorch, type WeightTensor } from './layout.js';

/** What is saved of a module, or of a teacher's averages: values and their memory layout. */
type Weighted = Pick<Module, 'parameters' | 'buffers'>;

/** All parameters and buffers of the parts, `part.name`, in PyTorch's layout and names. */
export async function saveWeights(parts: Readonly<Record<string, Weighted>>): Promise<Map<string, WeightTensor>> {
  const saved = new Map<string, WeightTensor>();
  for (const [part, module] of Object.entries(parts))
    for (const { name, variable, layout } of entries(module)) {
      const data = (await variable.data<'float32'>()).slice();
      saved.set(`${part}.${name}`, toTorch({ shape: variable.shape, data }, layout));
    }
  return saved;
}

/**
 * Fills one module from the weights of a part.
 *
 * @throws Error that names the first weight that is missing or of another shape.
 */
export function loadWeights(module: Weighted, weights: ReadonlyMap<string, WeightTensor>, part: string): void {
  for (const { name, variable, layout } of entries(module)) {
    const weight = weights.get(`${part}.${name}`);
    if (weight === undefined) throw new Error(`The model has no weight ${part}.${name}`);
    const { shape, data } = fromTorch(weight, layout);
    if (shape.join() !== variable.shape.join())
      throw new Error(
        `Weight ${part}.${name} has shape [${weight.shape.join(', ')}], expected [${torchShape(variable.shape, layout).join(', ')}]`,
      );
    tf.tidy(() => variable.assign(tf.tensor(data, [...shape])));
  }
}

/** Names and shapes of all parameters and buffers of a module in PyTorch's layout. */
export function weightShapes(module: Weighted): Map<string, readonly number[]> {
  return new Map(
    [...entries(module)].map(({ name, variable, layout }) => [name, torchShape(variable.shape, layout)] as const),
  );
}

function* entries({ parameters, buffers }: Weighted): Generator<NamedBuffer & { layout: Layout }> {
  yield* parameters;
  for (const buffer of buffers) yield { ...buffer, layout: 'plain' };
}
