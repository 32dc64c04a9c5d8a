import { answerView } from './answer-view.js';
import type { Classifier } from './classifier.js';
import { squarePixels } from './square-pixels.js';

/** Classifies a file and puts its answer before the others. */
async function addFile(file: File, classifier: Classifier, answers: HTMLElement): Promise<void> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    const view = answerView(file.name, null);
    answers.prepend(view.root);
    view.fail('This file is no image that the browser can read.');
    return;
  }
  const picture = document.createElement('img');
  picture.alt = '';
  picture.src = URL.createObjectURL(file);
  picture.addEventListener('load', () => URL.revokeObjectURL(picture.src));
  const view = answerView(file.name, picture);
  answers.prepend(view.root);
  view.show(await classifier.classify(squarePixels(bitmap, classifier.size)));
  bitmap.close();
}

/** Files that are chosen, dropped anywhere on the page, or pasted. */
export function takeFiles(
  input: HTMLInputElement,
  drop: HTMLElement,
  classifier: Classifier,
  answers: HTMLElement,
): void {
  let queue = Promise.resolve();
  const take = (files: Iterable<File>): void => {
    for (const file of files) queue = queue.then(() => addFile(file, classifier, answers));
  };
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    input.value = '';
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files ?? []));
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) drop.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    take(event.dataTransfer?.files ?? []);
  });
}
