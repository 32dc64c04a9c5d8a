import type { Environment } from './environment.js';
import type { Invocation } from './parse.js';

/** Carries out one command and gives the exit code. */
export type Command = (invocation: Invocation, environment: Environment) => Promise<number>;
