import { chmod, lstat, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sealed } from '@twoshot/artifact/sealed-json';
import { acquireLock, makeFolderIn, syncDirectory, syncTree, systemCode } from '@twoshot/disk';
import { DamagedArtifactError } from '../damaged-artifact.js';
import type { Waiting } from '../store.js';
import { waitingFor } from './waiting.js';
import type { Places } from './places.js';
import { discard, faultOf, readSealed, writeInto } from './sealed-file.js';
import { ForeignFileError } from '../foreign-file.js';
import { areSame, aSignature, checkOwnFiles, haveSameSizes, type Signature, signatureOf } from './signature.js';

/** Returns the logical digest of an artifact's directory. */
export type Digest = (directory: string) => Promise<string>;

const logicalDigest: Digest = async (directory) => {
  const { digestArtifact } = await import('@twoshot/artifact/digest');
  return digestArtifact(directory);
};

/** The artifacts of a store, each a directory named by its digest, with a record of its files next to it. */
export class Objects {
  readonly #places: Places;
  readonly #digest: Digest;
  readonly #verify: boolean;
  /** Signatures of artifacts whose content this process has made or read. */
  readonly #known = new Map<string, Signature>();
  /** Artifacts whose content is being read. */
  readonly #reading = new Map<string, Promise<boolean>>();

  /** @param verify whether to read the content of an artifact before it counts as present */
  constructor(places: Places, digest: Digest = logicalDigest, verify: boolean = false) {
    this.#places = places;
    this.#digest = digest;
    this.#verify = verify;
  }

  /**
   * Whether an artifact is unchanged. Its signature stands for the content; where that differs (the store was copied,
   * or a file was touched) the content itself is read.
   */
  async has(digest: string): Promise<boolean> {
    const found = await this.#look(digest);
    if (found === null) return false;
    if (found.isAsPut && !this.#verify) return true;
    return this.#hasContent(digest, found.now);
  }

  /**
   * The directory of an artifact, once its content is verified against its digest.
   *
   * @throws DamagedArtifactError where it is not; it is dropped
   */
  async open(digest: string): Promise<string> {
    const path = this.#places.object(digest);
    const found = await this.#look(digest);
    if (found !== null && (await this.#hasContent(digest, found.now))) return path;
    await this.drop(digest);
    throw new DamagedArtifactError(digest, path);
  }

  /**
   * Puts an artifact into the store: `scratch` is moved to its place there, on the same disk, in one step. If the store
   * has it already, `scratch` is deleted.
   *
   * @throws ForeignFileError where it contains something other than regular files
   */
  async put(digest: string, scratch: string, waiting: Waiting = {}): Promise<void> {
    const lock = await acquireLock(this.#places.lock(`object-${digest}`), waitingFor(waiting));
    try {
      await this.#putLocked(digest, scratch);
    } finally {
      await lock.release();
    }
  }

  /** Removes an artifact from the store; in a read-only store it stays. */
  async drop(digest: string): Promise<void> {
    this.#known.delete(digest);
    const places = this.#places;
    await rm(places.objectRecord(digest), { force: true, recursive: true }).catch(() => undefined);
    await discard(places, places.object(digest)).catch(() => undefined);
  }

  /** The present signature of an artifact; null if it is missing, or visibly another one. */
  async #look(digest: string): Promise<{ readonly now: Signature; readonly isAsPut: boolean } | null> {
    const places = this.#places;
    const record = await readSealed(places, places.objectRecord(digest), aSignature);
    if (record === null) return null;
    const directory = places.object(digest);
    try {
      if ((await lstat(directory)).isSymbolicLink()) throw new ForeignFileError(directory, 'a link');
      const now = signatureOf(directory);
      if (haveSameSizes(record, now)) return { now, isAsPut: areSame(record, now) };
      places.distrust(directory, 'different files or sizes');
      return null;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      const fault = error instanceof ForeignFileError ? `${error.path} is ${error.found}` : faultOf(error);
      if (fault === null) throw error;
      places.distrust(directory, fault);
      return null;
    }
  }

  /** Whether the files of an artifact have the content of its digest; each state is read once. */
  async #hasContent(digest: string, now: Signature): Promise<boolean> {
    const known = this.#known.get(digest);
    if (known !== undefined && areSame(known, now)) return true;
    const reading = this.#reading.get(digest) ?? this.#readContent(digest, now);
    this.#reading.set(digest, reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(digest);
    }
  }

  async #readContent(digest: string, now: Signature): Promise<boolean> {
    const places = this.#places;
    const directory = places.object(digest);
    let found: string;
    try {
      found = await this.#digest(directory);
    } catch {
      found = 'no artifact';
    }
    if (found !== digest) {
      places.distrust(directory, 'its files have different content');
      return false;
    }
    this.#known.set(digest, now);
    // Only saves reading it again, so a read-only store goes without.
    await writeInto(places, places.objectRecord(digest), sealed(now)).catch(() => undefined);
    return true;
  }

  async #putLocked(digest: string, scratch: string): Promise<void> {
    const places = this.#places;
    const directory = places.object(digest);
    const given = signatureOf(scratch);
    checkOwnFiles(scratch, given);
    if (await this.has(digest)) {
      await rm(scratch, { recursive: true, force: true });
      return;
    }
    for (const [path] of given.files) await chmod(join(scratch, path), 0o444);
    await syncTree(scratch);
    await makeFolderIn(places.root, dirname(directory));
    await this.#moveIn(scratch, directory);
    await syncDirectory(dirname(directory));
    const now = signatureOf(directory);
    await writeInto(places, places.objectRecord(digest), sealed(now));
    this.#known.set(digest, now);
  }

  async #moveIn(scratch: string, directory: string): Promise<void> {
    for (;;) {
      try {
        await rename(scratch, directory);
        return;
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error))) throw error;
        // Left by a run that died before it wrote the record, or damaged since: ours is verified.
        await discard(this.#places, directory);
      }
    }
  }
}
