import type { Environment } from './environment.js';
import type { Invocation } from './parse.js';

/** Runs one command and returns the exit code. */
export type Command = (invocation: Invocation, environment: Environment) => Promise<number>;
