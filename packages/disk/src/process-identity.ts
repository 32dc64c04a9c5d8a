import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies one process uniquely: process ids alone are reused. */
export interface ProcessIdentity {
  readonly host: string;
  /** Changes with every start of the machine; empty where the platform does not say. */
  readonly boot: string;
  /** Namespace of the process id: containers of one machine reuse the same ids. Empty where the platform has none. */
  readonly namespace: string;
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

const namespaceOfThis = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
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
    // Loaded here: every command asks for its own identity, and on Linux it goes without.
    const { execFileSync } = process.getBuiltinModule('node:child_process');
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

const identityOfThis: ProcessIdentity = {
  host: hostname(),
  boot: bootId(),
  namespace: namespaceOfThis(),
  pid: process.pid,
  started: startOf(process.pid) ?? '',
};

export const thisProcess = (): ProcessIdentity => identityOfThis;

/**
 * Whether a process still runs; null if it is on another machine, or in another container of this one, where it cannot
 * be seen from here.
 */
export function isAlive(identity: ProcessIdentity): boolean | null {
  if (identity.host !== identityOfThis.host) return null;
  if (identity.boot !== identityOfThis.boot) return false;
  if (identity.namespace !== identityOfThis.namespace) return null;
  return startOf(identity.pid) === identity.started;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const machineOf = ({ host, boot, namespace }: ProcessIdentity): string =>
  sha256(`${host} ${boot} ${namespace}`).slice(0, 12);
const startOfName = (started: string): string => sha256(started).slice(0, 8);

/** An identity that can be part of a file name. */
export const processName = (identity: ProcessIdentity = identityOfThis): string =>
  [machineOf(identity), identity.pid, startOfName(identity.started)].join('-');

/** What `processName` gives, at the beginning of a file name. */
export const processNamePattern = /^([0-9a-f]{12})-(\d{1,10})-([0-9a-f]{8})(?![0-9a-f])/;

/**
 * Whether the process that a file name begins with still runs; null if it cannot be seen from here: it is on another
 * machine or in another container, or from before this one was last started.
 */
export function isNamedAlive(name: string): boolean | null {
  const [, machine, pid, started] = processNamePattern.exec(name) ?? [];
  if (machine !== machineOf(identityOfThis)) return null;
  const now = startOf(Number(pid));
  return now !== null && startOfName(now) === started;
}
