/** What a stage needs while it runs. */
export interface Demand {
  /** Cores that it keeps busy. */
  readonly cores: number;
  /** MiB */
  readonly memory: number;
}

export interface Limits extends Demand {
  /** Maximum number of stages at once. */
  readonly jobs: number;
}

interface Waiting {
  readonly demand: Demand;
  readonly priority: number;
  start(): void;
}

/**
 * Allocates cores and memory. Requests are served strictly by priority, so that a stage that needs all cores gets them
 * eventually, although smaller ones could run meanwhile.
 */
export class Capacity {
  readonly #limits: Limits;
  #cores = 0;
  #memory = 0;
  #running = 0;
  #waiting: Waiting[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Waits for free capacity; a demand beyond the limits is cut to the limits.
   *
   * @param priority higher first
   * @returns releases the capacity
   * @throws the reason of `signal` when it is aborted first
   */
  async acquire(wanted: Demand, priority: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const demand: Demand = {
      cores: Math.min(wanted.cores, this.#limits.cores),
      memory: Math.min(wanted.memory, this.#limits.memory),
    };
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason as Error);
        this.#serve();
      };
      const start = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const waiting: Waiting = { demand, priority, start };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      this.#waiting.sort((a, b) => b.priority - a.priority);
      this.#serve();
    });
    return () => {
      this.#take(demand, -1);
      this.#serve();
    };
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.demand); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#take(next.demand, 1);
      next.start();
    }
  }

  #fits({ cores, memory }: Demand): boolean {
    const limits = this.#limits;
    return this.#running < limits.jobs && this.#cores + cores <= limits.cores && this.#memory + memory <= limits.memory;
  }

  #take({ cores, memory }: Demand, times: 1 | -1): void {
    this.#cores += times * cores;
    this.#memory += times * memory;
    this.#running += times;
  }
}
