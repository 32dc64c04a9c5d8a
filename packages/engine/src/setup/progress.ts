/** What set-up is doing; `done` and `total` are bytes. */
export interface SetupProgress {
  readonly phase: 'wait' | 'repair' | 'download' | 'unpack' | 'compile';
  /** For the user. */
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}
