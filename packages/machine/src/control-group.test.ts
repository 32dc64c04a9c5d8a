import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlGroupLimits } from './control-group.js';
import { readMachine } from './machine.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'twoshot-groups-'));
});
afterEach(() => rm(root, { recursive: true }));

async function files(texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const second = (mountRoot = '/'): string =>
  `21 20 0:4 / /proc rw - proc proc rw\n31 30 0:27 ${mountRoot} /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n`;
const first = (mountRoot = '/'): string =>
  `32 31 0:29 ${mountRoot} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 ${mountRoot} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
`;

test('version 2: the lowest limit of the group and of those above it counts', async () => {
  await files({
    'proc/self/cgroup': '0::/user.slice/session.scope\n',
    'proc/self/mountinfo': second(),
    'sys/fs/cgroup/user.slice/session.scope/cpu.max': 'max 100000\n',
    'sys/fs/cgroup/user.slice/session.scope/memory.max': '2147483648\n',
    'sys/fs/cgroup/user.slice/cpu.max': '150000 100000\n',
    'sys/fs/cgroup/user.slice/memory.max': '1073741824\n',
  });
  expect(controlGroupLimits(root)).toEqual({ cores: 1.5, memory: 2 ** 30 });
});

test('version 2 in a container, which sees its group as the root of the hierarchy', async () => {
  await files({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': second('/../../docker/7dfc'),
    'sys/fs/cgroup/cpu.max': '400000 100000\n',
    'sys/fs/cgroup/memory.max': 'max\n',
  });
  expect(controlGroupLimits(root)).toEqual({ cores: 4, memory: null });
});

test('version 1: controllers have hierarchies of their own', async () => {
  await files({
    'proc/self/cgroup': '12:pids:/\n5:memory:/docker/7dfc\n3:cpu,cpuacct:/docker/7dfc\n0::/docker/7dfc\n',
    'proc/self/mountinfo': first(),
    'sys/fs/cgroup/cpu,cpuacct/docker/7dfc/cpu.cfs_quota_us': '50000\n',
    'sys/fs/cgroup/cpu,cpuacct/docker/7dfc/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us': '-1\n',
    'sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/memory/docker/7dfc/memory.limit_in_bytes': '9223372036854771712\n',
    'sys/fs/cgroup/memory/docker/memory.limit_in_bytes': '536870912\n',
  });
  expect(controlGroupLimits(root)).toEqual({ cores: 0.5, memory: 2 ** 29 });
});

test('version 1 in a container, where only the end of the path of the host is mounted', async () => {
  await files({
    'proc/self/cgroup': '5:memory:/docker/7dfc\n3:cpu,cpuacct:/docker/7dfc\n',
    'proc/self/mountinfo': first('/docker/7dfc'),
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '200000\n',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '1048576\n',
  });
  expect(controlGroupLimits(root)).toEqual({ cores: 2, memory: 2 ** 20 });
});

test('without control groups, and without a limit in them, there is none', async () => {
  expect(controlGroupLimits(root)).toEqual({ cores: null, memory: null });
  await files({
    'proc/self/cgroup': '0::/a\n',
    'proc/self/mountinfo': second(),
    'sys/fs/cgroup/a/cpu.max': 'max 100000\n',
  });
  expect(controlGroupLimits(root)).toEqual({ cores: null, memory: null });
});

test('the machine is as large as the limits leave it, a part of a core counting as one', () => {
  const whole = readMachine({ cores: null, memory: null });
  expect(whole).toMatchObject({ cores: whole.processors, memory: whole.totalMemory });
  expect(readMachine({ cores: 0.5, memory: 1000 })).toMatchObject({ cores: 1, memory: 1000 });
  expect(readMachine({ cores: 1.5, memory: 1000 }).cores).toBe(Math.min(2, whole.processors));
  expect(readMachine({ cores: 1e6, memory: 1e18 })).toMatchObject({ cores: whole.cores, memory: whole.totalMemory });
});
