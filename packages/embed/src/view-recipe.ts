import type { Json } from '@twoshot/artifact';
import type { Normalisation } from '@twoshot/views';

/** What a model's recipe says of the images it takes. */
export interface ViewRecipe {
  /** Whether a mirrored picture shows the same thing. */
  readonly mirror: boolean;
  readonly normalise: Normalisation | null;
}

/** @throws Error where the recipe does not say how images were normalised. */
export function readViewRecipe(recipe: Json): ViewRecipe {
  const { mirror, normalise } = recipe as Readonly<Record<string, Json | undefined>>;
  if (normalise === undefined)
    throw new Error('The model does not say how its images were normalised: its recipe needs the key normalise');
  return { mirror: mirror === true, normalise: normalise as Normalisation | null };
}
