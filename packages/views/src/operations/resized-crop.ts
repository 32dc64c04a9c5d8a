import type { ResizedCrop } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

/** As torchvision's `RandomResizedCrop`: ten tries for a box that fits, else the largest central one. */
export const resizedCrop: ViewOperation<ResizedCrop> = {
  phase: 'geometry',
  run: ({ random, geometry }, { area, ratio }) => {
    const { width, height } = geometry;
    const lowest = Math.log(ratio[0]);
    const highest = Math.log(ratio[1]);
    let boxWidth = 0;
    let boxHeight = 0;
    let left = 0;
    let top = 0;
    for (let attempt = 0; attempt < 10; attempt++) {
      const wanted = random.between(area) * width * height;
      const aspect = Math.exp(lowest + (highest - lowest) * random.next());
      const tryWidth = Math.round(Math.sqrt(wanted * aspect));
      const tryHeight = Math.round(Math.sqrt(wanted / aspect));
      if (tryWidth > 0 && tryHeight > 0 && tryWidth <= width && tryHeight <= height) {
        boxWidth = tryWidth;
        boxHeight = tryHeight;
        left = random.integer(width - boxWidth + 1);
        top = random.integer(height - boxHeight + 1);
        break;
      }
    }
    if (boxWidth === 0) {
      boxWidth = Math.max(1, Math.min(width, Math.round(height * ratio[1])));
      boxHeight = Math.max(1, Math.min(height, Math.round(boxWidth / ratio[0])));
      left = Math.floor((width - boxWidth) / 2);
      top = Math.floor((height - boxHeight) / 2);
    }
    geometry.cx += geometry.ax * left + geometry.bx * top;
    geometry.cy += geometry.ay * left + geometry.by * top;
    geometry.width = boxWidth;
    geometry.height = boxHeight;
    // The box counts as the whole image while it is upright; a rotated one may sample its surroundings.
    if (geometry.bx === 0 && geometry.ay === 0 && !geometry.displaced) {
      const x0 = geometry.cx;
      const x1 = geometry.cx + geometry.ax * boxWidth;
      const y0 = geometry.cy;
      const y1 = geometry.cy + geometry.by * boxHeight;
      geometry.left = Math.max(geometry.left, Math.round(Math.min(x0, x1)));
      geometry.right = Math.min(geometry.right, Math.round(Math.max(x0, x1)));
      geometry.top = Math.max(geometry.top, Math.round(Math.min(y0, y1)));
      geometry.bottom = Math.min(geometry.bottom, Math.round(Math.max(y0, y1)));
    }
  },
};
