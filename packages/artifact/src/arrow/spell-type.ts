import { DataType, Precision, Type } from 'apache-arrow';
import { spell } from './column.js';

/** How an Arrow type is spelled in messages and digests: `uint32`, `float32[64]`, `utf8`. */
export function spellType(type: DataType | null | undefined): string {
  if (type === undefined || type === null) return 'nothing';
  if (DataType.isFixedSizeList(type)) return spell(spellType(type.valueType), type.listSize);
  if (DataType.isInt(type)) return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`;
  if (DataType.isFloat(type)) return `float${floatBits[type.precision]}`;
  return Type[type.typeId].toLowerCase();
}

const floatBits = { [Precision.HALF]: 16, [Precision.SINGLE]: 32, [Precision.DOUBLE]: 64 };
