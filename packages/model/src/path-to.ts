import type { tf } from '@twoshot/engine';
import type { Mode, Module } from '@twoshot/nn';
import type { OpenModel } from './open-model.js';
import { backbonePart } from './part-types/backbone.js';
import { whiteningPart } from './part-types/whitening.js';

type FromImages = (x: tf.Tensor4D, mode: Mode) => tf.Tensor;

/**
 * From images to the input of a part: the parts before it, in order.
 *
 * @param options `maps`: whether the part needs feature maps, which only a part behind a backbone can have
 * @throws StageInputError where the part is not connected to images
 */
export function inputOf(model: OpenModel, name: string, { maps = false }: { maps?: boolean } = {}): FromImages {
  const { takes } = model.anyPart(name);
  if (takes === 'images') return (x) => x;
  if (takes === 'features')
    return model.refuse(
      `cannot classify images: its part '${name}' takes features. Wire the model that extracts these where it is trained`,
    );
  if (!maps) return outputOf(model, takes);
  const { module } = model.part(takes, backbonePart);
  return (x, mode) => module.maps(x, mode);
}

/** From images to the output of a part. */
export function outputOf(model: OpenModel, name: string): FromImages {
  const { module } = model.anyPart(name) as unknown as { readonly module: Module };
  const before = inputOf(model, name);
  return (x, mode) => module.forward(before(x, mode), mode);
}

/**
 * The part that produces features of a width: the fitted space if there is one, else the backbone.
 *
 * @throws StageInputError where neither has features of that width
 */
export function featuresOf(model: OpenModel, dim: number): string {
  const [space] = model.namesOf([whiteningPart]);
  const name = space ?? model.choose([backbonePart], model.parts['backbone'] === undefined ? null : 'backbone');
  const { gives } = model.parts[name]!;
  if (gives.dim === dim) return name;
  return model.refuse(`gives features of ${gives.dim} dimensions by its part '${name}', the features here have ${dim}`);
}
