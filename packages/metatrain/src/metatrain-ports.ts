/** Ports of every stage of the family. */
export const metatrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'training images' },
    assignments: { kind: 'assignments', doc: 'pseudo-labels; each step uses one of the partitions' },
    policy: { kind: 'policy', doc: 'augmentation of the views' },
    init: { kind: 'model', doc: 'backbone to start from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;
