/** Ports of every stage of the family. */
export const metatrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'images to learn from' },
    assignments: { kind: 'assignments', doc: 'pseudo-labels; of several partitions each step takes one' },
    policy: { kind: 'policy', doc: 'how views are made' },
    init: { kind: 'model', doc: 'backbone to go on from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;
