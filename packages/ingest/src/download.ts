import { createHash } from 'node:crypto';
import { closeSync, createReadStream, writeSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { isMissing, systemCode } from '@twoshot/disk';
import { withoutSecrets } from '@twoshot/machine';
import { OutsideError, StageInputError } from '@twoshot/stage';
import { openUrl } from './open-url.js';
import { bytesOfPart, openPart } from './part-file.js';

export interface Download {
  readonly url: string;
  /** Path of the finished file; until then it is `<file>.part`. */
  readonly file: string;
  readonly sha256: string;
  /** Bytes that the file may have at most: a server may send without end. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
  readonly log: (line: string) => void;
  /** Milliseconds before retrying after an interruption. Default 1000. */
  readonly wait?: number;
}

/** Consecutive interruptions without progress before giving up. */
const maxInterruptions = 5;

/**
 * Downloads a file, resuming where an earlier download broke off, and checks its SHA-256 before it gets its name.
 * One process at a time may do it: the caller holds a lock. Messages show the address without its password.
 *
 * @throws OutsideError `download-broke-off`; StageInputError `bad-url`, `download-refused`, `download-changed`,
 * `download-too-large`
 */
export async function download(wanted: Download): Promise<void> {
  const { url, file, sha256, log } = wanted;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new StageInputError(
      'bad-url',
      `\`url\` is '${withoutSecrets(url)}': expected an address with http:// or https://`,
    );
  if ((await sizeOf(file)) > 0 && (await hashOf(file)) === sha256) return;
  const part = `${file}.part`;
  const before = await bytesOfPart(part);
  if (before > 0) log(`resuming ${part}`);
  // The earlier part may belong to another version of the file, so a mismatch is retried once from the start.
  for (let fresh = before === 0; ; fresh = true) {
    await fill(part, wanted);
    const found = await hashOf(part);
    if (found === sha256) break;
    const size = await bytesOfPart(part);
    await rm(part, { force: true });
    if (fresh)
      throw new StageInputError(
        'download-changed',
        `${withoutSecrets(url)} sent another file: expected SHA-256 ${sha256}, found ${found} (${size} bytes); the file was deleted. Set \`url\` to a URL of the published file`,
      );
    log(`${part} cannot be resumed; starting again`);
  }
  await rename(part, file);
}

/** Requests repeatedly until the part has the length that the server reports. */
async function fill(part: string, wanted: Download): Promise<void> {
  const { url, signal, log, wait = 1000 } = wanted;
  let interruptions = 0;
  for (;;) {
    const before = await bytesOfPart(part);
    const reason = await fetchRest(part, before, wanted);
    if (reason === null) return;
    signal.throwIfAborted();
    const after = await bytesOfPart(part);
    interruptions = after > before ? 1 : interruptions + 1;
    if (interruptions >= maxInterruptions)
      throw new OutsideError(
        'download-broke-off',
        after === 0
          ? `${withoutSecrets(url)} cannot be reached (${reason}); check the network, or set \`url\` to a mirror`
          : `the download of ${withoutSecrets(url)} broke off after ${after} bytes (${reason}); the next run resumes there`,
      );
    log(`the download broke off after ${after} bytes (${reason}); retrying`);
    await pause(wait, undefined, { signal });
  }
}

/** One request; null when the file is complete, else why it is not. */
async function fetchRest(
  part: string,
  start: number,
  { url, limit, signal, progress }: Download,
): Promise<string | null> {
  let response: IncomingMessage;
  try {
    response = await openUrl(url, start > 0 ? { range: `bytes=${start}-` } : {}, signal);
  } catch (error) {
    return reasonOf(error);
  }
  const { statusCode = 0, statusMessage = '' } = response;
  // Nothing lies behind what is there: it is complete, or its hash will tell.
  if (statusCode === 416 && start > 0) {
    response.destroy();
    return null;
  }
  if (statusCode !== 200 && statusCode !== 206) {
    response.destroy();
    if (statusCode >= 500) return `${statusCode} ${statusMessage}`;
    throw new StageInputError(
      'download-refused',
      `${withoutSecrets(url)} answered ${statusCode} ${statusMessage}; set \`url\` to the URL of the file`,
    );
  }
  const from = statusCode === 206 ? start : 0;
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const total = from + length;
  const refuse = (bytes: string): never => {
    response.destroy();
    const message = `${withoutSecrets(url)} sends ${bytes}, more than the ${limit} bytes that the file may have; set \`url\` to where the published file is`;
    throw new StageInputError('download-too-large', message);
  };
  if (total > limit) refuse(`${total} bytes`);
  const descriptor = openPart(part, from);
  let position = from;
  try {
    await received(response, (bytes) => {
      // Not every server says beforehand how much it sends.
      if (position + bytes.length > limit) refuse(`${position + bytes.length} bytes`);
      for (let written = 0; written < bytes.length;)
        written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
      position += bytes.length;
      progress(position, total);
    });
  } catch (error) {
    if (error instanceof StageInputError) throw error;
    if (error instanceof Error && 'syscall' in error && error.syscall === 'write') throw error;
    return reasonOf(error);
  } finally {
    closeSync(descriptor);
  }
  return position < total ? `${position} of ${total} bytes` : null;
}

/** Passes on every chunk as it arrives: those before a broken connection are kept. */
function received(response: IncomingMessage, keep: (bytes: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    response.on('data', (bytes: Uint8Array) => {
      try {
        keep(bytes);
      } catch (error) {
        reject(error);
        response.destroy();
      }
    });
    response.on('end', resolve);
    response.on('error', reject);
  });
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes: Uint8Array = chunk;
    hash.update(bytes);
  }
  return hash.digest('hex');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return withoutSecrets(error.message || systemCode(error));
}
