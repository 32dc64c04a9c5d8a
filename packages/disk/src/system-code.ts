/** The code of a system error, such as `ENOENT`; empty where something else was thrown. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether there is nothing at a path. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error));

/** Whether this process, or the machine, may open no more files. */
export const isOutOfFiles = (error: unknown): boolean => ['EMFILE', 'ENFILE'].includes(systemCode(error));

/** What to do where no more files may be opened. */
export const moreFiles = 'raise the limit of open files, e.g. `ulimit -n 4096`, or run fewer stages at once (--jobs 1)';
