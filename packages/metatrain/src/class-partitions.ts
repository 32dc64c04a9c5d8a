import type { Images } from '@twoshot/artifact';
import { type InputArtifact, StageInputError } from '@twoshot/stage';
import { labelledClasses, type PseudoClasses, pseudoClasses } from './pseudo-classes.js';

/**
 * The classes for training: the clusters of every partition, or the classes of labels.
 *
 * @throws StageInputError if neither or both are wired, or no partition has two classes of enough images
 */
export async function classPartitions(
  { assignments, labels }: { readonly assignments: InputArtifact | null; readonly labels: InputArtifact | null },
  images: Images,
  { confidence, minimum }: { confidence: number; minimum: number },
): Promise<readonly PseudoClasses[]> {
  const { readAssignments, readLabels } = await import('@twoshot/artifact');
  if (assignments !== null && labels === null)
    return pseudoClasses(await readAssignments(assignments.path), images, { confidence, minimum, from: assignments });
  if (labels !== null && assignments === null)
    return labelledClasses(await readLabels(labels.path), images, { minimum, from: labels });
  throw new StageInputError(
    'classes-unknown',
    `Expected either \`assignments\` (clusters as classes) or \`labels\` to be wired, found ${labels === null ? 'neither' : 'both'}.`,
  );
}
