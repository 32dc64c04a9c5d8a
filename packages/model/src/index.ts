export * from './create-part.js';
export * from './image-classifier.js';
export * from './open-model.js';
export type { Gives, Part, Parts, PartType, Weighted } from './part-type.js';
export * from './part-types/index.js';
export * from './path-to.js';
export { countImages, imageValues, type ImageValues, streamImageValues } from './image-values.js';
export * from './preparation.js';
export * from './saved-parts.js';
