import type { Affine } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

/** The inverse of translation * rotation * shear * scale, about the image's centre. */
export const affine: ViewOperation<Affine> = {
  phase: 'geometry',
  run: ({ random, geometry, height, width }, operation) => {
    const { degrees, scale, shearX, shearY, translateX, translateY } = operation;
    const radians = Math.PI / 180;
    const angle = degrees === undefined ? 0 : random.between(degrees) * radians;
    const size = scale === undefined ? 1 : random.between(scale);
    const slantX = shearX === undefined ? 0 : Math.tan(random.between(shearX) * radians);
    const slantY = shearY === undefined ? 0 : Math.tan(random.between(shearY) * radians);
    const moveX = translateX === undefined ? 0 : random.between(translateX) * geometry.width;
    const moveY = translateY === undefined ? 0 : random.between(translateY) * geometry.height;

    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const a = size * (cos - sin * slantY);
    const b = size * (cos * slantX - sin);
    const c = size * (sin + cos * slantY);
    const d = size * (sin * slantX + cos);
    const determinant = a * d - b * c;
    const inverseA = d / determinant;
    const inverseB = -b / determinant;
    const inverseC = -c / determinant;
    const inverseD = a / determinant;
    const centreX = geometry.width / 2;
    const centreY = geometry.height / 2;
    const offsetX = centreX - inverseA * (centreX + moveX) - inverseB * (centreY + moveY);
    const offsetY = centreY - inverseC * (centreX + moveX) - inverseD * (centreY + moveY);

    const { ax, bx, ay, by } = geometry;
    geometry.cx += ax * offsetX + bx * offsetY;
    geometry.cy += ay * offsetX + by * offsetY;
    geometry.ax = ax * inverseA + bx * inverseC;
    geometry.bx = ax * inverseB + bx * inverseD;
    geometry.ay = ay * inverseA + by * inverseC;
    geometry.by = ay * inverseB + by * inverseD;
    geometry.left = 0;
    geometry.right = width;
    geometry.top = 0;
    geometry.bottom = height;
  },
};
