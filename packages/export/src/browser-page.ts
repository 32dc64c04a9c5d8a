import { html } from '@twoshot/page';

/** The page runs its own script and reads its own files; nothing is asked of anybody else. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src blob: data:',
  'media-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** `index.html` of an exported folder. */
export function browserPage(answers: readonly string[], outside: readonly string[]): string {
  const note =
    outside.length === 0 ? null : html`<p class="note">Made with outside weights: ${outside.join('; ')}.</p>`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>What is it?</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="page.css" />
        <script type="module" src="page.js"></script>
      </head>
      <body>
        <main>
          <header>
            <h1>What is it?</h1>
            <p class="note">${answers.join(', ')}</p>
          </header>
          <section id="drop" aria-label="Images to classify">
            <div class="ways">
              <input id="files" type="file" accept="image/*" multiple disabled />
              <label class="button main" for="files">Choose images</label>
              <button id="camera" class="button" type="button" aria-pressed="false" disabled>Use the camera</button>
            </div>
            <p class="note">or drop images here, or paste one</p>
            <p id="status" class="note" role="status">Loading the model…</p>
          </section>
          <div id="live"></div>
          <div id="answers" aria-live="polite" aria-label="Answers" role="region"></div>
          <footer>
            ${note}
            <noscript><p class="note">The page needs JavaScript.</p></noscript>
          </footer>
        </main>
      </body>
    </html>`;
  return `${page.toString()}\n`;
}
