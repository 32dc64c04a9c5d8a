import type { Assignments, Partition } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/**
 * The partition of a name, or the first.
 *
 * @param input artifact of the clusters; its name is read only for a message, since reading it enters the key
 * @throws StageInputError where it is not there
 */
export function choosePartition(
  { partitions }: Assignments,
  name: string | null,
  input: { readonly from: string },
): Partition {
  const partition = name === null ? partitions[0] : partitions.find((each) => each.name === name);
  if (partition !== undefined) return partition;
  const there = partitions.map((each) => each.name).join(', ') || 'none';
  throw new StageInputError(
    'no-such-partition',
    `expected ${name === null ? 'a partition' : `the partition '${name}'`} in ${input.from}, found ${there}. Change the param \`partition\`, or wire other clusters.`,
  );
}
