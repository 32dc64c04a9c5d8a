// `npx nx run bench:backbones`: counts parameters and multiplications of every network into docs/backbones.md.
import { readFile, writeFile } from 'node:fs/promises';
import { backbones, backbonesPage } from '../backbones/page.js';

await writeFile(backbonesPage, await backbones(await readFile(backbonesPage, 'utf8')));
console.log(backbonesPage);
