import { digestOf, sha256 } from '@twoshot/artifact/canonical-json';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestOf, manifestBase } from './manifest.fixture.js';
import { artifactOf, reopened, temporaryStore, type TemporaryStore } from './directory/temporary-store.fixture.js';
import { sealed } from '@twoshot/artifact/sealed-json';
import { signatureOf } from './directory/signature.js';
import type { Store } from './store.js';
import { verifyStore, type StoreCheck } from './verify-store.js';

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await temporaryStore();
});
afterEach(() => temporary.remove());

async function put(content: string, code: string): Promise<{ digest: string; key: string }> {
  const { directory, digest } = await artifactOf(temporary, content);
  await temporary.store.putArtifact(digest, directory);
  const manifest = manifestOf(digest, code);
  await temporary.store.putResult(digestOf(manifestBase(code)), manifest, '');
  return { digest, key: manifest.key };
}

const check = (store: Store): Promise<StoreCheck> => verifyStore(store, new AbortController().signal);

test('all that is damaged is found, however well it hides, and counts as missing', async () => {
  const { places } = temporary;
  const [hidden, edited] = [await put('hello', 'a'), await put('other', 'b')];
  await put('whole', 'c');
  const whole = { artifacts: 3, results: 3, damagedArtifacts: [], damagedResults: [] };
  expect(await check(await reopened(places.root))).toEqual(whole);
  const object = places.object(hidden.digest);
  await writeFile(`${object}/content`, 'jello').catch(() => undefined);
  await writeFile(places.objectRecord(hidden.digest), sealed(signatureOf(object)));
  await writeFile(places.manifest(edited.key), 'null');
  const store = await reopened(places.root);
  expect(await store.hasArtifact(sha256('hello'))).toBe(true);
  const damagedResults = [hidden.key, edited.key].sort();
  expect(await check(store)).toEqual({ ...whole, damagedArtifacts: [hidden.digest], damagedResults });
  expect(await store.hasArtifact(sha256('hello'))).toBe(false);
  await put('hello', 'a');
  await put('other', 'b');
  expect(await check(await reopened(places.root))).toEqual(whole);
});

test('it ends when it is interrupted', async () => {
  await put('hello', 'a');
  const controller = new AbortController();
  controller.abort(new Error('interrupted'));
  await expect(verifyStore(temporary.store, controller.signal)).rejects.toThrow('interrupted');
});
