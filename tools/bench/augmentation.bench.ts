// `npx nx run bench:augmentation`: what making views costs the training loop, against the same loop on one fixed batch,
// for the backbones of pipelines/full.yaml and full-cifar10.yaml. Writes docs/performance/augmentation.md.
import { cpus } from 'node:os';
import { mkdir, writeFile } from 'node:fs/promises';
import { readPolicy, type Images } from '@twoshot/artifact';
import { startEngine, tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { constant, createBackbone, mlp, muon, shuffledBatches, train, vicregLoss } from '@twoshot/nn';
import { runStage } from '@twoshot/stage/testing';
import { createViews, parsePolicy, type Policy } from '@twoshot/views';
import contrastive from '../../packages/augment/src/contrastive.js';
import { imageBytes } from './kernels/data.js';
import { loadNow, median } from './kernels/report.js';

const [views, batch, channels, steps, rounds] = [4, 128, 3, 12, 7];

const recipes = [
  {
    title: 'digits, 20 px: affine and elastic warp, stroke thickness',
    params: { kind: 'digits', size: 20, stroke: 1, elastic: 6, rotation: 20, shear: 20, scale: [0.7, 1.3] },
  },
  { title: 'photographs, 16 px: crop, mirror, colour', params: { kind: 'photo', size: 16 } },
  { title: 'photographs, 20 px: crop, mirror, colour', params: { kind: 'photo', size: 20 } },
] as const;

async function policyOf(params: (typeof recipes)[number]['params']): Promise<Policy> {
  const { outputs } = await runStage(contrastive, { params });
  return parsePolicy(await readPolicy(outputs.policy));
}

/** Images a second of the loop of a recipe, one number a round: with views made ahead, and on one batch over and over. */
async function measure(policy: Policy, images: Images): Promise<{ made: number[]; fixed: number[] }> {
  const random = createRandom(1);
  const { size } = policy;
  const backbone = createBackbone(
    { name: 'conv-residual', channels, stem: 'whitened', stemWidth: 16, widths: [64, 128, 256] },
    random,
  );
  const projector = mlp({ widths: [backbone.dim, 512, 512] }, random);
  const parameters = [...backbone.parameters, ...projector.parameters].filter(({ trainable }) => trainable);
  const optimiser = muon(parameters, { beta2: 0.95, weightDecay: 0.05 });
  const source = createViews(policy, images, { views, seed: 2, threads: 1 });
  const positionsOf = shuffledBatches({ count: images.count, batch, seed: 3 });
  const frozen = Float32Array.from(await source.batch(0, positionsOf(0)));
  const x = tf.tensor4d(frozen, [views * batch, size, size, channels]);
  await backbone.fit?.(x);
  x.dispose();
  let next = 1;
  const run = async (isFixed: boolean): Promise<number> => {
    const first = next;
    const { throughput } = await train({
      steps,
      optimiser,
      learningRate: constant(0.002),
      async batch(step) {
        const at = first + step;
        const positions = positionsOf(at);
        if (isFixed) return { positions, pixels: frozen };
        const made = source.batch(at, positions);
        source.prefetch(at + 1, positionsOf(at + 1));
        return { positions, pixels: await made };
      },
      loss({ pixels }) {
        const features = backbone.forward(tf.tensor4d(pixels, [views * batch, size, size, channels]), {
          training: true,
        });
        const z = projector.forward(features, { training: true });
        return { loss: vicregLoss(z.as3D(views, batch, 512)).loss };
      },
    });
    if (!isFixed) next += steps;
    return throughput;
  };
  await run(true);
  await run(false);
  const [made, fixed]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    fixed.push(await run(true));
    made.push(await run(false));
  }
  await source.close();
  return { made, fixed };
}

await startEngine('native');
const count = 10_000;
const images: Images = {
  set: 'train',
  count,
  height: 32,
  width: 32,
  channels,
  index: Uint32Array.from({ length: count }, (_, i) => i),
  pixels: imageBytes(count, 32, channels, 4),
};
const lines: string[] = [];
for (const { title, params } of recipes) {
  const load = loadNow();
  const { made, fixed } = await measure(await policyOf(params), images);
  const ratios = made.map((throughput, round) => throughput / fixed[round]!);
  const spread = [Math.min(...ratios), median(ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3));
  lines.push(
    `| ${title} | ${median(made).toFixed(0)} | ${median(fixed).toFixed(0)} | ${spread.join(' / ')} | ${load.toFixed(1)} |`,
  );
  console.log(lines.at(-1));
}
await mkdir('docs/performance', { recursive: true });
await writeFile(
  'docs/performance/augmentation.md',
  `# What augmentation costs the training loop

Written by \`npx nx run bench:augmentation\`: the training loop of \`pretrain/vicreg\` on ${batch} images and ${views} views a
step, once with views that a worker thread makes ahead, once on the same batch over and over, in turn, ${rounds} rounds of
${steps} steps. The ratio is of images a second in the same round; 1 is no cost at all.

Machine: ${cpus().length} cores, Node ${process.versions.node}, native engine.

| views | images/s with views | on a fixed batch | ratio min / median / max | load |
|---|---|---|---|---|
${lines.join('\n')}
`,
);
