import { join } from 'node:path';

/** Folder under a workspace for its bundles and what is known about its files. */
export const cacheOf = (workspace: string): string => join(workspace, 'node_modules', '.cache', 'twoshot');
