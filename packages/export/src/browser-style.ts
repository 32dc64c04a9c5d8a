import { css, style } from '@twoshot/page';

const own = css`
  main {
    max-width: 760px;
  }
  #drop {
    display: grid;
    justify-items: center;
    gap: 12px;
    text-align: center;
    border: 2px dashed var(--line);
    padding: 28px 20px;
    transition: border-color 0.15s;
  }
  #drop.over {
    border-color: var(--accent);
  }
  #drop .note {
    margin: 0;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 12px;
  }
  #files {
    position: absolute;
    opacity: 0;
    pointer-events: none;
  }
  .button {
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: var(--paper);
    border: 1px solid var(--line);
    border-radius: 10px;
    padding: 10px 20px;
    cursor: pointer;
  }
  .button.main {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--card);
  }
  .button:disabled,
  #files:disabled + .button {
    cursor: default;
    opacity: 0.5;
  }
  #files:focus-visible + .button,
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  .answer {
    display: grid;
    grid-template-columns: 180px 1fr;
    gap: 18px;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 14px;
    padding: 16px;
    margin-top: 14px;
  }
  .answer.failed {
    grid-template-columns: 1fr;
  }
  .answer.failed .name {
    color: var(--wrong);
    font-size: 16px;
  }
  .answer img,
  .answer video {
    width: 100%;
    aspect-ratio: 1;
    object-fit: cover;
    border-radius: 10px;
    background: var(--paper);
  }
  .text {
    min-width: 0;
  }
  .file {
    margin: 0;
    color: var(--quiet);
    font-size: 13px;
    overflow-wrap: anywhere;
  }
  .name {
    font-size: 22px;
    margin: 0 0 8px;
    overflow-wrap: anywhere;
  }
  .classes {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .class {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0 10px;
    margin-top: 4px;
  }
  .label {
    overflow-wrap: anywhere;
  }
  .number {
    font-variant-numeric: tabular-nums;
    color: var(--quiet);
  }
  meter {
    grid-column: 1 / -1;
    width: 100%;
    height: 8px;
    appearance: none;
    border: 0;
    border-radius: 4px;
    background: var(--line);
  }
  meter::-webkit-meter-bar {
    border: 0;
    height: 8px;
    border-radius: 4px;
    background: var(--line);
  }
  meter::-webkit-meter-optimum-value {
    background: var(--accent);
  }
  meter::-moz-meter-bar {
    background: var(--accent);
  }
  @media (max-width: 520px) {
    .answer {
      grid-template-columns: 96px 1fr;
      gap: 12px;
    }
  }
`;

/** `page.css` of an exported folder: the look of every page of Twoshot, and what this one has more. */
export const browserStyle = `${style.toString()}\n${own.toString()}\n`;
