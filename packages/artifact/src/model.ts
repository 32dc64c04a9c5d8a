import { join } from 'node:path';
import type { Json, Model } from './contents.js';
import { readDocument, writeDocument } from './json-document.js';
import { type Shape, aNumber, anything, inside, listOf, object, recordOf } from './json-shape.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

const documentName = 'model.json';
const weightsName = 'weights.safetensors';

/** Writes `model.json` (architecture, recipe, curves) and `weights.safetensors`. */
export async function writeModel(dir: string, { architecture, recipe, weights, curves }: Model): Promise<void> {
  const spelled = Object.entries(curves).map(([name, points]): [string, Json] => [
    name,
    points.map(([step, value]) => [step, Number.isFinite(value) ? value : String(value)]),
  ]);
  const document = { format: 1, architecture, recipe, curves: Object.fromEntries(spelled) };
  await writeDocument(join(dir, documentName), document);
  await writeSafetensors(join(dir, weightsName), weights);
}

/** Reads a model; weights are float32 in PyTorch's layout. */
export async function readModel(dir: string): Promise<Model> {
  const file = join(dir, documentName);
  const place = { file, path: '' };
  const { architecture, recipe, curves } = object(await readDocument(file), place);
  return {
    architecture: anything(architecture, inside(place, 'architecture')),
    recipe: anything(recipe, inside(place, 'recipe')),
    weights: await readSafetensors(join(dir, weightsName)),
    curves: recordOf(listOf(aPoint))(curves, inside(place, 'curves')),
  };
}

/** Values of a loss that ran away stand as 'NaN', 'Infinity', '-Infinity': JSON has no numbers for them. */
const aPoint: Shape<[number, number]> = (value, place) => {
  const [step, height] = listOf(anything)(value, place);
  const at = aNumber(step, inside(place, 0));
  return [at, typeof height === 'string' ? Number(height) : aNumber(height, inside(place, 1))];
};
