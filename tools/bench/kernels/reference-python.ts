import { pythonWith } from '../../python-environment.js';

/** The Python that has the reference libraries. Nearly all of it is what PyPI's PyTorch installs for GPUs, unused. */
export const referencePython = (): string =>
  pythonWith('tools/reference/requirements.txt', 'reference', 'about 6 GB, some minutes');
