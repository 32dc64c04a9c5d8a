import { css } from '@twoshot/page';

/** Styles of this page only. */
export const style = css`
  .tiles {
    display: flex;
    flex-wrap: wrap;
    gap: 14px;
    margin-top: 18px;
  }
  .tile {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 14px;
    padding: 14px 20px;
    min-width: 150px;
  }
  .tile b {
    display: block;
    font-size: 28px;
    letter-spacing: -0.02em;
    font-variant-numeric: tabular-nums;
  }
  .tile span {
    color: var(--quiet);
  }
  .tile.main b {
    color: var(--accent);
  }
  .curves {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(300px, 1fr));
    gap: 14px;
  }
  .curve {
    margin: 0;
  }
  .curve figcaption {
    font-weight: 600;
  }
  .images {
    display: flex;
    flex-wrap: wrap;
    gap: 10px;
  }
  .images figure {
    margin: 0;
    text-align: center;
  }
  .images .file {
    display: block;
    font-size: 10px;
    overflow-wrap: anywhere;
    white-space: normal;
    user-select: all;
  }
  .images i {
    display: block;
    image-rendering: pixelated;
    border-radius: 6px;
  }
  .images figcaption {
    font-size: 11.5px;
    color: var(--quiet);
    max-width: 84px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .confusion td,
  .confusion thead th {
    min-width: 46px;
    text-align: right;
    border-radius: 5px;
  }
  .confusion .right {
    background: color-mix(in srgb, var(--accent) calc(var(--share)*70%), transparent);
  }
  .confusion .wrong {
    background: color-mix(in srgb, var(--wrong) calc(var(--share)*260%), transparent);
  }
  .confusion .recall {
    color: var(--quiet);
  }
`;
