import { writePolicy } from '@twoshot/artifact';
import type { Json } from '@twoshot/artifact';
import { parsePolicy } from '@twoshot/views';
import type { Policy } from '@twoshot/views';

/** Writes a policy after reading it back, so that no stage stores an invalid one. */
export async function storePolicy(dir: string, policy: Policy): Promise<void> {
  const json: Json = JSON.parse(JSON.stringify(policy));
  parsePolicy(json);
  await writePolicy(dir, json);
}
