import type { Policy } from '@twoshot/views';

/** The policy of a stage's input port, with views of side `size` where that is given. */
export async function policyOf(path: string, size: number | null = null): Promise<Policy> {
  const { readPolicy } = await import('@twoshot/artifact');
  const { parsePolicy } = await import('@twoshot/views');
  const policy = parsePolicy(await readPolicy(path));
  return { ...policy, size: size ?? policy.size };
}
