import { answerView } from './answer-view.js';
import type { Classifier } from './classifier.js';
import { squarePixels } from './square-pixels.js';

/** A button that turns the camera on and off; what it sees is classified over and over. */
export function useCamera(button: HTMLButtonElement, classifier: Classifier, place: HTMLElement): void {
  let stream: MediaStream | null = null;

  async function start(): Promise<void> {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    const view = answerView('Camera', video);
    // What changes all the time is not read out.
    view.root.setAttribute('aria-live', 'off');
    place.replaceChildren(view.root);
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      stop();
      view.fail(`The camera cannot be used: ${error instanceof Error ? error.message : String(error)}`);
      place.replaceChildren(view.root);
      return;
    }
    button.textContent = 'Stop the camera';
    button.ariaPressed = 'true';
    const own = stream;
    while (own.active) {
      view.show(await classifier.classify(squarePixels(video, classifier.size)));
      await new Promise(requestAnimationFrame);
    }
  }

  function stop(): void {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    button.textContent = 'Use the camera';
    button.ariaPressed = 'false';
    place.replaceChildren();
  }

  button.addEventListener('click', () => void (stream === null ? start() : stop()));
}
