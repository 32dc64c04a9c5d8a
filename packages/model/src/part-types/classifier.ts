import { dense } from '@twoshot/nn';
import { countIn, fieldsOf, refuse, textsIn } from '../architecture-shape.js';
import type { PartType } from '../part-type.js';
import type { RowModule } from './mlp.js';

export interface ClassifierArchitecture {
  readonly dim: number;
  /** In the order of the logits. */
  readonly classNames: readonly string[];
}

/** A linear layer from features to logits of named classes. */
export const classifierPart: PartType<ClassifierArchitecture, RowModule> = {
  type: 'classifier',
  read(architecture) {
    const fields = fieldsOf(architecture, 'an object with `dim` and `classNames`');
    const classNames = textsIn(fields, 'classNames');
    if (classNames.length < 2) return refuse(classNames, 'at least two class names');
    return { dim: countIn(fields, 'dim'), classNames };
  },
  gives: ({ classNames }) => ({ what: 'classes', dim: classNames.length }),
  create: ({ dim, classNames }, random) => dense({ in: dim, out: classNames.length }, random),
};
