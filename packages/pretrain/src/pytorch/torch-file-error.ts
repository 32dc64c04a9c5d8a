/** A file of PyTorch that holds anything but tensors, or is damaged. */
export class TorchFileError extends Error {
  override readonly name = 'TorchFileError';

  /** @param at byte of the file */
  constructor(at: number, expected: string, found: string) {
    super(`byte ${at}: expected ${expected}, found ${found}`);
  }
}
