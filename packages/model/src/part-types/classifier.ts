import { cosineClassifier, dense } from '@twoshot/nn';
import { countIn, fieldsOf, numberIn, refuse, textsIn } from '../architecture-shape.js';
import type { PartType } from '../part-type.js';
import type { RowModule } from './mlp.js';

export interface ClassifierArchitecture {
  readonly dim: number;
  /** In the order of the logits. */
  readonly classNames: readonly string[];
  /** Factor of the cosines of a cosine classifier; absent for a linear one. */
  readonly scale?: number;
}

/** From features to logits of named classes, linear or by cosines. */
export const classifierPart: PartType<ClassifierArchitecture, RowModule> = {
  type: 'classifier',
  read(architecture) {
    const fields = fieldsOf(architecture, 'an object with `dim` and `classNames`');
    const classNames = textsIn(fields, 'classNames');
    if (classNames.length < 2) return refuse(classNames, 'at least two class names');
    const scale = fields['scale'] === undefined ? {} : { scale: numberIn(fields, 'scale') };
    return { dim: countIn(fields, 'dim'), classNames, ...scale };
  },
  gives: ({ classNames }) => ({ what: 'classes', dim: classNames.length }),
  create({ dim, classNames, scale }, random) {
    const sizes = { in: dim, out: classNames.length };
    return scale === undefined ? dense(sizes, random) : cosineClassifier({ ...sizes, scale }, random);
  },
};
