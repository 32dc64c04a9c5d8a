import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Chromium or Chrome of this machine: `TWOSHOT_BROWSER`, or where systems put it; null where there is none. */
export function findBrowser(): string | null {
  const known = [
    process.env['TWOSHOT_BROWSER'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return known.find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** @param more arguments of Chromium */
export const openBrowser = (executablePath: string, more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', ...more],
  });
