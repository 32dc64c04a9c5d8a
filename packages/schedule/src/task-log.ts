import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { once } from 'node:events';

/** The log of one stage in one run: lines with the seconds since its start. */
export class TaskLog {
  readonly path: string;
  readonly #stream: WriteStream;
  readonly #started = performance.now();
  #failure: Error | null = null;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#stream = createWriteStream(path, { flags: 'a' });
    // Told when the log is closed: a full disk must not end the process from here.
    this.#stream.on('error', (error) => (this.#failure ??= error));
  }

  line(text: string): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(2);
    this.#stream.write(`${seconds.padStart(8)} ${text}\n`);
  }

  /** Ends the log and gives all of it. */
  async close(): Promise<string> {
    if (!this.#stream.closed) {
      this.#stream.end();
      await once(this.#stream, 'close');
    }
    if (this.#failure !== null) throw this.#failure;
    return readFile(this.path, 'utf8');
  }
}
