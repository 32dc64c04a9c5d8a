import type { Model, ModelPart } from '@twoshot/artifact';
import { saveWeights } from '@twoshot/nn';
import type { Part, Parts } from './part-type.js';

/** Built parts as `writeModel` expects them. */
export async function savedParts(parts: Parts): Promise<Pick<Model, 'parts' | 'weights'>> {
  const modules = Object.fromEntries(Object.entries(parts).map(([name, { module }]) => [name, module]));
  return {
    parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, described(part)])),
    weights: await saveWeights(modules),
  };
}

function described({ type, takes, architecture, module }: Part): ModelPart {
  return { type: type.type, takes, gives: type.gives(type.read(architecture), module), architecture };
}
