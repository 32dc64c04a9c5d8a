import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable } from './executable.js';

const DRIVER = '/proc/driver/nvidia/gpus';

/** The name of the first NVIDIA device, or null where there is none. */
export function findCudaDevice(): string | null {
  return fromDriver() ?? fromTool();
}

/** A read of a small file, where the tool takes up to a second. */
function fromDriver(): string | null {
  try {
    for (const device of readdirSync(DRIVER).sort()) {
      const model = /^Model:\s*(.+)$/m.exec(readFileSync(join(DRIVER, device, 'information'), 'utf8'))?.[1];
      if (model !== undefined) return model.trim();
    }
  } catch {
    // No driver, or a container that hides it.
  }
  return null;
}

function fromTool(): string | null {
  if (!isExecutable('nvidia-smi')) return null;
  // Loaded here: it takes longer than all the rest of the look.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout } = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
  return status === 0 ? stdout.split('\n', 1)[0]?.trim() || null : null;
}
