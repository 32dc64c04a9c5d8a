import type { Model, Preparation } from '@twoshot/artifact';
import { disposeModule, loadWeights, unfilled } from '@twoshot/nn';
import { type InputArtifact, StageInputError } from '@twoshot/stage';
import * as partTypes from './part-types/index.js';
import { isSource, type Part, type Parts, type PartType, type Weighted } from './part-type.js';

/** A model whose parts are built on demand. */
export interface OpenModel {
  readonly parts: Model['parts'];
  /**
   * Builds a part with its weights; the same part every time.
   *
   * @throws StageInputError where no part has that name and type
   */
  part<M extends Weighted>(name: string, type: PartType<unknown, M>): Part<M>;
  /** Builds a part of any of the types known here. */
  anyPart(name: string): Part;
  /** Names of the parts of these types, in the order of the model. */
  namesOf(types: readonly Pick<PartType, 'type'>[]): readonly string[];
  /**
   * The only part of these types.
   *
   * @param name of the part if the user named one; null for the only one
   * @throws StageInputError where there is none, or several and no name
   */
  choose(types: readonly Pick<PartType, 'type'>[], name: string | null): string;
  /** A part and all parts before it, from the images on. */
  through(name: string): Parts;
  /** Throws an error about the model that lists its parts. */
  refuse(problem: string): never;
  /** @throws StageInputError where the model has no image preparation */
  preparation(): Preparation;
  dispose(): void;
}

/** The only way to read the parts of a model. */
export async function openModel(input: Pick<InputArtifact, 'path' | 'from'>): Promise<OpenModel> {
  const { readModel } = await import('@twoshot/artifact');
  const model = await readModel(input.path);
  const built = new Map<string, Part>();
  const refuse = (problem: string): never => {
    const there = Object.entries(model.parts).map(([name, { type }]) => `${name} (${type})`);
    throw new StageInputError('model-part', `${input.from} ${problem}; its parts are ${there.join(', ')}`);
  };

  function build<M extends Weighted>(name: string, type: PartType<unknown, M>): Part<M> {
    const part = model.parts[name];
    if (part === undefined) {
      const alike = namesOf([type]);
      return refuse(
        `has no part '${name}'${alike.length === 0 ? '' : `, but ${alike.join(', ')} of the type ${type.type}`}`,
      );
    }
    if (part.type !== type.type)
      return refuse(`has a part '${name}' of the type ${part.type} where a ${type.type} is needed`);
    const known = built.get(name);
    if (known !== undefined) return known as Part<M>;
    const { architecture, takes } = part;
    let read;
    try {
      read = type.read(architecture);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return refuse(`has a part '${name}' that cannot be built: ${error.message}`);
    }
    const module = type.create(read, unfilled);
    loadWeights(module, model.weights, name);
    const made: Part<M> = { type, takes, architecture, module };
    built.set(name, made);
    return made;
  }

  const namesOf = (types: readonly Pick<PartType, 'type'>[]): readonly string[] =>
    Object.keys(model.parts).filter((name) => types.some(({ type }) => type === model.parts[name]!.type));

  function anyPart(name: string): Part {
    const wanted = model.parts[name]?.type;
    const type = Object.values<PartType>(partTypes).find((known) => known.type === wanted);
    if (type !== undefined) return build(name, type);
    return refuse(wanted === undefined ? `has no part '${name}'` : `has a part '${name}' of an unknown type ${wanted}`);
  }

  function through(name: string): Parts {
    const part = anyPart(name);
    const before = isSource(part.takes) ? {} : through(part.takes);
    return { ...before, [name]: part };
  }

  return {
    parts: model.parts,
    part: build,
    anyPart,
    namesOf,
    choose(types, name) {
      const names = namesOf(types);
      const wanted = types.map(({ type }) => type).join(' or ');
      if (name !== null) return names.includes(name) ? name : refuse(`has no ${wanted} of the name '${name}'`);
      if (names.length === 0) return refuse(`has no ${wanted}`);
      return names.length === 1 ? names[0]! : refuse(`has several parts that are a ${wanted}; name one of them`);
    },
    through,
    refuse,
    preparation: () => model.preparation ?? refuse('does not describe how to prepare images'),
    dispose() {
      for (const { module } of built.values()) disposeModule(module);
    },
  };
}
