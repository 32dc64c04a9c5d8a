import { createHash } from 'node:crypto';

/** The 32-bit seed of one purpose: the first four bytes, big-endian, of sha256(instance seed, NUL, purpose). */
export function deriveSeed(instanceSeed: string, purpose: string): number {
  return createHash('sha256').update(`${instanceSeed}\0${purpose}`).digest().readUInt32BE(0);
}
