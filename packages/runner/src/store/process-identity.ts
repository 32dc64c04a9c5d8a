import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for good: a process id alone is soon given to another one. */
export interface ProcessIdentity {
  readonly host: string;
  /** Changes with every start of the machine; empty where the platform does not say. */
  readonly boot: string;
  readonly pid: number;
  /** When the process started, in the platform's own notation. */
  readonly started: string;
}

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
};

/** When a process started; null if there is none of that id, or only its unreaped remains. */
function startOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field is the command in brackets and may hold spaces and brackets itself.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!;
    } catch {
      return null;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

const identityOfThis: ProcessIdentity = {
  host: hostname(),
  boot: bootId(),
  pid: process.pid,
  started: startOf(process.pid) ?? '',
};

export const thisProcess = (): ProcessIdentity => identityOfThis;

/** Whether a process still runs; null if it is on another machine, where nobody can tell from here. */
export function isAlive(identity: ProcessIdentity): boolean | null {
  if (identity.host !== identityOfThis.host) return null;
  if (identity.boot !== identityOfThis.boot) return false;
  return startOf(identity.pid) === identity.started;
}
