import { readdirSync, readFileSync } from 'node:fs';

/** Set in the environment of a host and of all that it starts. */
export const hostVariable = 'TWOSHOT_HOST';

/** The process group of a process; null if it is gone. */
function groupOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold spaces and brackets itself.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : Number(group);
  } catch {
    return null;
  }
}

function isOf(pid: number, host: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${hostVariable}=${host}`);
  } catch {
    return false;
  }
}

/**
 * Ends the processes that a host left behind outside of its group, where the platform shows them (Linux).
 *
 * @param host value of `hostVariable` in their environment
 * @param leader of the host's process group, which is ended already
 * @returns their ids
 */
export function endLeftProcesses(host: string, leader: number | undefined): readonly number[] {
  if (process.platform !== 'linux') return [];
  const left = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOf(pid, host) && ![null, leader].includes(groupOf(pid)));
  for (const pid of left)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  return left;
}
