import type { Model, NamedTensor } from '@twoshot/artifact';
import type { BackboneArchitecture } from '@twoshot/nn';

export interface PretrainedModel {
  readonly architecture: BackboneArchitecture;
  /** Dimension of the features. */
  readonly dim: number;
  /** Name of the linear layer in the weights. */
  readonly classifier: string;
  /** Of the logits, in their order; null to leave the classifier out. */
  readonly classNames: readonly string[] | null;
}

/** Parts and weights of a model from tensors that have the names of the reference. */
export function pretrainedParts(
  tensors: ReadonlyMap<string, NamedTensor>,
  { architecture, dim, classifier, classNames }: PretrainedModel,
): Pick<Model, 'parts' | 'weights'> {
  const ofClassifier = `${classifier}.`;
  const weights = new Map<string, NamedTensor>();
  for (const [name, tensor] of tensors) {
    if (!name.startsWith(ofClassifier)) weights.set(`backbone.${name}`, tensor);
    else if (classNames !== null) weights.set(`classifier.${name.slice(ofClassifier.length)}`, tensor);
  }
  const backbone = {
    type: 'backbone',
    takes: 'images',
    gives: { what: 'features', dim },
    architecture: { ...architecture },
  };
  if (classNames === null) return { parts: { backbone }, weights };
  const head = {
    type: 'classifier',
    takes: 'backbone',
    gives: { what: 'classes', dim: classNames.length },
    architecture: { dim, classNames },
  };
  return { parts: { backbone, classifier: head }, weights };
}
