import { createInterface } from 'node:readline';
import { startEngine } from '@twoshot/engine';
import { peakMemory } from '../kernels/serve.js';
import { threads } from '../kernels/side.js';
import { prepareOurs } from './ours.js';
import { preparePlain } from './plain.js';
import type { OurSide, Run, Work } from './work.js';

/** What native stands for: the graphics card where `TWOSHOT_ENGINE` asks for it (tools/bench/gpu.sh). */
export const device = process.env['TWOSHOT_ENGINE'] === 'cuda' ? 'cuda' : 'native';

/** Our sides: answers the same commands as tools/reference/training.py. */
export async function serveTraining(side: OurSide): Promise<void> {
  let run: Run | null = null;
  for await (const text of createInterface({ input: process.stdin })) {
    const command = JSON.parse(text) as { prepare?: Work; run?: number };
    let reply: object = {};
    if (command.prepare !== undefined) {
      await startEngine(side === 'wasm' ? 'wasm' : device, side === 'wasm' ? {} : { threads });
      run = side === 'plain' ? preparePlain(command.prepare) : prepareOurs(command.prepare, side);
    } else if (command.run === undefined) reply = { peak: peakMemory() };
    else {
      const start = performance.now();
      const loss = await run!(command.run);
      reply = { seconds: (performance.now() - start) / 1000, loss };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(0);
}
