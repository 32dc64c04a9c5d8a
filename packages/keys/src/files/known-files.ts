import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { readDerived, sealed } from '@twoshot/artifact/sealed-json';
import { systemCode, writeDurably } from '@twoshot/disk';
import { refreshNow, type FileSnapshot, type Snapshot } from './snapshot.js';

/**
 * What files of code contain. Each is looked at once, however many stages have it in their bundle; what was found is
 * kept in one table for the next run, which reads a file again only where its times do not prove that it is as it was.
 * Of two runs that keep their tables at once one wins, and the other one's files are read again.
 */
export class KnownFiles {
  readonly #root: string;
  readonly #path: string;
  readonly #table: Snapshot;
  readonly #seen = new Map<string, FileSnapshot | null>();
  #kept: Promise<void> = Promise.resolve();
  #news = false;

  /**
   * @param root folder that paths may be relative to
   * @param path of the table
   */
  constructor(root: string, path: string) {
    this.#root = root;
    this.#path = path;
    this.#table = (readDerived(path) ?? {}) as unknown as Snapshot;
  }

  /** The file as it is now; null if there is none. */
  look(file: string): FileSnapshot | null {
    const seen = this.#seen.get(file);
    if (seen !== undefined) return seen;
    const earlier = this.#table[file];
    const now = refreshNow(this.#absolute(file), earlier);
    if (now !== earlier) this.#news = true;
    this.#seen.set(file, now);
    return now;
  }

  /** Keeps what was found, if there is anything new. Where nothing can be kept, files are read again. */
  async keep(): Promise<void> {
    if (this.#news) {
      this.#news = false;
      const text = sealed(this.#allThatAreThere());
      // One after the other: an older table must not replace a newer one.
      this.#kept = this.#kept
        .then(() => writeDurably(this.#path, text))
        .catch((error: unknown) => {
          if (systemCode(error) === '') throw error;
        });
    }
    await this.#kept;
  }

  #absolute(file: string): string {
    // Put together by hand: `join` would take as long as the look itself.
    return isAbsolute(file) ? file : `${this.#root}/${file}`;
  }

  #allThatAreThere(): Snapshot {
    const others = Object.entries(this.#table).filter(
      ([file]) => !this.#seen.has(file) && existsSync(this.#absolute(file)),
    );
    const seen = [...this.#seen].flatMap(([file, now]) => (now === null ? [] : [[file, now] as const]));
    return Object.fromEntries([...others, ...seen]);
  }
}
