import { join } from 'node:path';
import type { Json, Model } from './contents.js';
import { member, readDocument, writeDocument } from './json-document.js';
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
  const document = await readDocument(file);
  const curves = Object.entries(member(file, document, 'curves') as Record<string, [number, number | string][]>);
  return {
    architecture: member(file, document, 'architecture'),
    recipe: member(file, document, 'recipe'),
    weights: await readSafetensors(join(dir, weightsName)),
    // Values of a loss that ran away stand as 'NaN', 'Infinity', '-Infinity': JSON has no numbers for them.
    curves: Object.fromEntries(
      curves.map(([name, points]) => [name, points.map(([step, value]) => [step, Number(value)] as const)]),
    ),
  };
}
