/** Messages are buffered until a listener is attached. */
export class Notices {
  readonly #kept: string[] = [];
  #listener: ((message: string) => void) | null = null;

  tell(message: string): void {
    if (this.#listener === null) this.#kept.push(message);
    else this.#listener(message);
  }

  passTo(listener: (message: string) => void): void {
    this.#listener = listener;
    for (const message of this.#kept.splice(0)) listener(message);
  }
}
