import type { NamedTensor } from '@twoshot/artifact';
import type { BackboneArchitecture, WeightMismatch } from '@twoshot/nn';
import { StageInputError } from '@twoshot/stage';

export interface BackboneWeights {
  /** Named `backbone....`, in PyTorch's layout. */
  readonly weights: ReadonlyMap<string, NamedTensor>;
  /** Dimension of the features. */
  readonly dim: number;
  /** Names of the tensors of the classifier. */
  readonly leftOut: readonly string[];
}

/** PyTorch's batch counters, which are not used here. */
const counter = /(^|\.)num_batches_tracked$/;

/**
 * Reads the weights of a backbone from a safetensors file, named as in the reference, after `prefix`. The reference's
 * linear classifier may be included.
 *
 * @throws StageInputError `weights-missing`, `weights-unreadable`, `weights-mismatch`
 */
export async function readBackboneWeights(
  file: string,
  prefix: string,
  network: { network: string; architecture: BackboneArchitecture },
): Promise<BackboneWeights> {
  const { ArtifactError, listTensors, readFloatTensors } = await import('@twoshot/artifact');
  const { classifier, dim, expected } = await expectedOf(network.architecture);
  try {
    const tensors = (await listTensors(file))
      .filter(({ name }) => name.startsWith(prefix) && !counter.test(name))
      .map(({ name, shape }) => ({ name: name.slice(prefix.length), shape }));
    const ofClassifier = ({ name }: { name: string }): boolean => name.startsWith(`${classifier}.`);
    const found = new Map(tensors.filter((one) => !ofClassifier(one)).map(({ name, shape }) => [name, shape]));
    await requireSame(file, network.network, expected, found);
    const values = await readFloatTensors(
      file,
      [...expected.keys()].map((name) => prefix + name),
    );
    return {
      weights: new Map([...values].map(([name, tensor]) => [`backbone.${name.slice(prefix.length)}`, tensor])),
      dim,
      leftOut: tensors.filter(ofClassifier).map(({ name }) => name),
    };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    const [code, problem] =
      error.found === 'no such file'
        ? ['weights-missing', `${file} is not there`]
        : ['weights-unreadable', error.message];
    throw new StageInputError(code, `${problem}; in Python, ${howTo} writes such a file`, { file });
  }
}

type Shapes = ReadonlyMap<string, readonly number[]>;

async function expectedOf(
  architecture: BackboneArchitecture,
): Promise<{ classifier: string; dim: number; expected: Shapes }> {
  const { createBackbone, disposeModule, unfilled, weightShapes } = await import('@twoshot/nn');
  const backbone = createBackbone(architecture, unfilled);
  const { classifier, dim } = backbone;
  const expected = weightShapes(backbone);
  disposeModule(backbone);
  return { classifier, dim, expected };
}

const howTo = 'safetensors.torch.save_file(network.state_dict(), file)';

/** Maximum number of mismatches listed in a message. */
const SHOWN = 3;

async function requireSame(file: string, network: string, expected: Shapes, found: Shapes): Promise<void> {
  const { weightMismatches } = await import('@twoshot/nn');
  const wrong = weightMismatches(expected, found);
  if (wrong.length === 0) return;
  const more = wrong.length > SHOWN ? `; and ${wrong.length - SHOWN} more` : '';
  throw new StageInputError(
    'weights-mismatch',
    `${file} does not contain the weights of ${network} with the params network, stem, width, depths, channels and prefix: ${wrong.slice(0, SHOWN).map(told).join('; ')}${more}`,
    { file },
  );
}

const shape = (sides: readonly number[] | null): string => (sides === null ? 'none' : `[${sides.join(', ')}]`);

function told({ name, expected, found }: WeightMismatch): string {
  return expected === null
    ? `tensor ${name} of shape ${shape(found)} is not part of the network`
    : `tensor ${name}: expected shape ${shape(expected)}, found ${shape(found)}`;
}
