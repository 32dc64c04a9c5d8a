import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEngine } from '@twoshot/engine';
import type { Kernel, Prepared } from './kernel.js';
import { threads } from './side.js';

const types = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int32Array: 'int32',
  Uint32Array: 'uint32',
  Uint8Array: 'uint8',
} as const;

/** Our side: answers the same commands as tools/reference/kernels.py, and writes the inputs that both sides take. */
export async function serve(kernels: readonly Kernel[]): Promise<void> {
  await startEngine('native', { threads });
  let prepared: Prepared | null = null;
  for await (const text of createInterface({ input: process.stdin })) {
    const command = JSON.parse(text) as { prepare?: string; folder?: string; run?: number; answer?: string };
    let reply: object = {};
    if (command.prepare !== undefined) {
      prepared = null;
      prepared = await kernels.find(({ id }) => id === command.prepare)!.prepare();
      reply = { inputs: await writeInputs(prepared, command.folder!) };
    } else if (command.run !== undefined) {
      const start = performance.now();
      for (let call = 0; call < command.run; call++) await prepared!.run();
      reply = { seconds: (performance.now() - start) / 1000 };
    } else if (command.answer !== undefined) {
      await writeFile(command.answer, Float64Array.from(prepared!.answer()));
      reply = { peak: peakMemory() };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(0);
}

async function writeInputs({ inputs }: Prepared, folder: string): Promise<object> {
  const written: Record<string, object> = {};
  for (const [name, { shape, data }] of Object.entries(inputs)) {
    await writeFile(join(folder, name), data);
    written[name] = { file: name, type: types[data.constructor.name as keyof typeof types], shape };
  }
  return written;
}

/** Most memory that this process ever had; that of a parent before the fork does not count, unlike in `maxRSS`. */
export function peakMemory(): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return kilobytes === undefined ? 1024 * process.resourceUsage().maxRSS : 1024 * Number(kilobytes);
}
