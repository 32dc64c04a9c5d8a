import { removeInstalled } from '@twoshot/wheels';
import { engineFolder } from './native-build.js';

/** The names of builds end in a digest; those of earlier set-ups hold no record by which they could be known. */
const buildName = /^(binding-(cpu|cuda)|tensorflow-[\d.]+-(cpu|cuda)-[a-z\d]+-[a-z\d]+)-[0-9a-f]{16}$/;

/** Frees what set-up wrote, and nothing that lies beside it; see `removeInstalled`. */
export const removeNativeEngine = (
  options: Parameters<typeof removeInstalled>[2] = {},
): ReturnType<typeof removeInstalled> => removeInstalled(engineFolder(), (name) => buildName.test(name), options);
