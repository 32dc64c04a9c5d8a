import { useCamera } from './camera.js';
import { loadClassifier } from './classifier.js';
import { takeFiles } from './files.js';

const filesInput = document.querySelector<HTMLInputElement>('#files')!;
const cameraButton = document.querySelector<HTMLButtonElement>('#camera')!;
const placeOf = (id: string): HTMLElement => document.getElementById(id)!;

async function start(): Promise<void> {
  const status = placeOf('status');
  try {
    const classifier = await loadClassifier();
    takeFiles(filesInput, placeOf('drop'), classifier, placeOf('answers'));
    // A browser offers the camera to pages of this machine and of https only.
    if (navigator.mediaDevices === undefined) cameraButton.hidden = true;
    else useCamera(cameraButton, classifier, placeOf('live'));
    filesInput.disabled = false;
    cameraButton.disabled = false;
    status.textContent = 'Ready. Images stay on this device.';
    document.body.dataset['state'] = 'ready';
  } catch (error) {
    status.textContent =
      location.protocol === 'file:'
        ? 'A browser loads the model from a web server only: serve this folder, e.g. by npx serve'
        : `The model cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
    document.body.dataset['state'] = 'failed';
  }
}

void start();
