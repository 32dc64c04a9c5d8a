// @module-tag slow
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const program = `'${process.execPath}' '${fileURLToPath(new URL('../dist/program.fixture.js', import.meta.url))}'`;

/** A line of a shell. */
function shell(line: string): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
  return { code: status, stderr };
}

describe.runIf(process.platform === 'linux')('how a command ends that cannot tell its result', () => {
  test.each(['--version', 'stages --json', 'run nothing --json'])(
    '%s to a full disk does not end as if done',
    (args) => {
      const { code, stderr } = shell(`${program} ${args} >/dev/full`);
      expect(code).toBeGreaterThan(0);
      expect(stderr).toContain('the output could not be written: ENOSPC');
    },
  );

  test('a reader that went away has what it wanted', () => {
    expect(shell(`${program} --help | true; exit \${PIPESTATUS[0]}`)).toEqual({ code: 0, stderr: '' });
  });
});
