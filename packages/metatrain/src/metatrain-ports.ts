/** Ports of every stage of the family. */
export const metatrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'training images' },
    assignments: {
      kind: 'assignments',
      doc: 'clusters as classes; each step uses one of the partitions. Wire these or `labels`',
      optional: true,
    },
    labels: { kind: 'labels', doc: 'classes of images, given or pseudo-labels', optional: true },
    policy: { kind: 'policy', doc: 'augmentation of the views' },
    init: { kind: 'model', doc: 'backbone to start from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;
