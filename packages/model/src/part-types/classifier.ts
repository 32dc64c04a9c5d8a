import type { Json } from '@twoshot/artifact';
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
  /** Where images may be of none of the classes: one more logit, the last, is theirs. Absent where they may not. */
  readonly none?: RejectionRule | undefined;
}

/** An image is of none of the classes where the probability of that is above the threshold. */
export interface RejectionRule {
  /** 0..1 */
  readonly threshold: number;
}

/** Logits of a classifier. */
const outputsOf = ({ classNames, none }: ClassifierArchitecture): number =>
  classNames.length + (none === undefined ? 0 : 1);

/** From features to logits of named classes, linear or by cosines. */
export const classifierPart: PartType<ClassifierArchitecture, RowModule> = {
  type: 'classifier',
  read(architecture) {
    const fields = fieldsOf(architecture, 'an object with `dim` and `classNames`');
    const classNames = textsIn(fields, 'classNames');
    if (classNames.length < 2) return refuse(classNames, 'at least two class names');
    const scale = fields['scale'] === undefined ? {} : { scale: numberIn(fields, 'scale') };
    const rule = fields['none'] as Json | undefined;
    const none =
      rule === undefined
        ? {}
        : { none: { threshold: numberIn(fieldsOf(rule, 'an object with `threshold`'), 'threshold') } };
    return { dim: countIn(fields, 'dim'), classNames, ...scale, ...none };
  },
  gives: (architecture) => ({ what: 'classes', dim: outputsOf(architecture) }),
  create(architecture, random) {
    const { dim, scale } = architecture;
    const sizes = { in: dim, out: outputsOf(architecture) };
    return scale === undefined ? dense(sizes, random) : cosineClassifier({ ...sizes, scale }, random);
  },
};
