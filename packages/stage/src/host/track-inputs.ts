import type { InputArtifact } from '../declaration.js';

export type WiredInputs = Readonly<Record<string, InputArtifact | readonly InputArtifact[] | null>>;

/** Facts about an input that come from the graph and not from its content, so that its digest does not cover them. */
const provenance = ['from', 'holds', 'seen', 'outside'] as const;

/** Records which provenance of its inputs a stage reads, as `port.fact`. */
export function trackInputs(inputs: WiredInputs): { readonly inputs: WiredInputs; readonly reads: () => string[] } {
  const read = new Set<string>();
  const tracked = Object.entries(inputs).map(([port, input]): [string, WiredInputs[string]] => {
    const track = (one: InputArtifact): InputArtifact => tracking(one, (fact) => read.add(`${port}.${fact}`));
    return [port, input === null ? null : isList(input) ? input.map(track) : track(input)];
  });
  return { inputs: Object.fromEntries(tracked), reads: () => [...read].sort() };
}

function tracking(input: InputArtifact, record: (fact: string) => void): InputArtifact {
  const tracked = { ...input };
  for (const fact of provenance)
    Object.defineProperty(tracked, fact, {
      enumerable: true,
      get() {
        record(fact);
        return input[fact];
      },
    });
  return tracked;
}

function isList(input: InputArtifact | readonly InputArtifact[]): input is readonly InputArtifact[] {
  return Array.isArray(input);
}
