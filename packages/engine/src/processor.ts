import { readFileSync } from 'node:fs';

/** From the narrowest to the widest: what oneDNN chooses its kernels by. Each needs all of its flags. */
const INSTRUCTION_SETS: readonly (readonly [string, readonly string[]])[] = [
  ['sse4.1', ['sse4_1']],
  ['avx', ['avx']],
  ['avx2', ['avx2', 'fma']],
  ['avx2-vnni', ['avx2', 'fma', 'avx_vnni']],
  ['avx512', ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq']],
  ['avx512-vnni', ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq', 'avx512_vnni']],
  ['avx512-bf16', ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq', 'avx512_vnni', 'avx512_bf16']],
  ['avx512-amx', ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq', 'avx512_vnni', 'avx512_bf16', 'amx_tile']],
];

/** The widest vector instructions of this processor, e.g. `avx2`: kernels and with them rounding hang on it. */
export function instructionSet(cpuinfo: string = readCpuinfo()): string {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(' '));
  const known = INSTRUCTION_SETS.filter(([, needed]) => needed.every((flag) => flags.has(flag)));
  return known.at(-1)?.[0] ?? process.arch;
}

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8').split('\n\n', 1)[0] ?? '';
  } catch {
    return '';
  }
}
