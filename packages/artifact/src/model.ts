import { join } from 'node:path';
import { ArtifactError } from './artifact-error.js';
import type { Json, Model, ModelPart, Preparation } from './contents.js';
import { readDocument, writeDocument } from './json-document.js';
import {
  type Shape,
  aBoolean,
  aCount,
  aNumber,
  anything,
  aString,
  inside,
  listOf,
  nullable,
  object,
  oneOf,
  recordOf,
} from './json-shape.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

const documentName = 'model.json';
const weightsName = 'weights.safetensors';
/** Increased when the document changes its meaning. */
const format = 2;

/** Writes `model.json` (parts, preparation, recipe, curves) and `weights.safetensors`. */
export async function writeModel(dir: string, model: Model): Promise<void> {
  const { parts, preparation, recipe, weights, curves } = model;
  const file = join(dir, documentName);
  checkParts(file, parts);
  const written: Json = {
    format,
    parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, { ...part }])),
    preparation: preparation === null ? null : { ...preparation },
    recipe,
    curves: Object.fromEntries(Object.entries(curves).map(([name, points]) => [name, points.map(writtenPoint)])),
  };
  await writeDocument(file, written);
  await writeSafetensors(join(dir, weightsName), weights);
}

/** The description of a model, without its weights. */
export type ModelDocument = Omit<Model, 'weights'>;

/** @throws ArtifactError for a model that an earlier version wrote */
export async function readModelDocument(dir: string): Promise<ModelDocument> {
  const file = join(dir, documentName);
  const place = { file, path: '' };
  const document = object(await readDocument(file), place);
  const found = document['format'];
  if (found !== format)
    throw new ArtifactError(file, `a model of format ${format}`, `format ${JSON.stringify(found ?? null)}`);
  const { preparation, recipe, curves } = document;
  const parts = recordOf(aPart)(document['parts'], inside(place, 'parts'));
  checkParts(file, parts);
  return {
    parts,
    preparation: nullable(aPreparation)(preparation, inside(place, 'preparation')),
    recipe: anything(recipe, inside(place, 'recipe')),
    curves: recordOf(listOf(aPoint))(curves, inside(place, 'curves')),
  };
}

/** Every part takes images, features or another part, and no part needs itself. */
function checkParts(file: string, parts: Model['parts']): void {
  for (const [name, { takes }] of Object.entries(parts)) {
    const passed = new Set([name]);
    for (let next = takes; next !== 'images' && next !== 'features'; next = parts[next]!.takes) {
      if (!Object.hasOwn(parts, next))
        throw new ArtifactError(file, `a part for '${name}' to take`, `'${next}', which is none of its parts`);
      if (passed.has(next))
        throw new ArtifactError(file, `images or features in the end of what '${name}' takes`, `'${next}' again`);
      passed.add(next);
    }
  }
}

/** Reads a model; weights are float32 in PyTorch's layout. */
export async function readModel(dir: string): Promise<Model> {
  return { ...(await readModelDocument(dir)), weights: await readSafetensors(join(dir, weightsName)) };
}

const aPart: Shape<ModelPart> = (value, place) => {
  const { type, takes, gives, architecture } = object(value, place);
  const { what, dim } = object(gives, inside(place, 'gives'));
  return {
    type: aString(type, inside(place, 'type')),
    takes: aString(takes, inside(place, 'takes')),
    gives: { what: aString(what, inside(place, 'gives.what')), dim: aCount()(dim, inside(place, 'gives.dim')) },
    architecture: anything(architecture, inside(place, 'architecture')),
  };
};

const aPreparation: Shape<Preparation> = (value, place) => {
  const { size, resize, channels, normalise, mirror } = object(value, place);
  return {
    size: nullable(aCount(1))(size, inside(place, 'size')),
    resize: oneOf('stretch')(resize, inside(place, 'resize')),
    channels: aCount(1)(channels, inside(place, 'channels')),
    normalise: nullable(aNormalisation)(normalise, inside(place, 'normalise')),
    mirror: aBoolean(mirror, inside(place, 'mirror')),
  };
};

const aNormalisation: Shape<NonNullable<Preparation['normalise']>> = (value, place) => {
  const { mean, std } = object(value, place);
  return {
    mean: listOf(aNumber)(mean, inside(place, 'mean')),
    std: listOf(aNumber)(std, inside(place, 'std')),
  };
};

/** Values of a diverged loss are stored as 'NaN', 'Infinity', '-Infinity': JSON has no numbers for them. */
const writtenPoint = ([step, value]: readonly [number, number]): Json => [
  step,
  Number.isFinite(value) ? value : String(value),
];

const aPoint: Shape<[number, number]> = (value, place) => {
  const [step, height] = listOf(anything)(value, place);
  const at = aNumber(step, inside(place, 0));
  return [at, typeof height === 'string' ? Number(height) : aNumber(height, inside(place, 1))];
};
