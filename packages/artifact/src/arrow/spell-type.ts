import { DataType, Precision, Type } from 'apache-arrow';
import { spell } from './column.js';

/** How an Arrow type is spelled in messages and digests: `uint32`, `float32[64]`, `utf8`; a dictionary as its values. */
export function spellType(type: DataType | null | undefined): string {
  if (type === undefined || type === null) return 'nothing';
  if (DataType.isDictionary(type)) return spellType(type.dictionary);
  if (DataType.isFixedSizeList(type)) return spell(spellType(type.valueType), type.listSize);
  if (DataType.isList(type)) return `list<${spellType(type.valueType)}>`;
  if (DataType.isStruct(type)) {
    const members = type.children.map(({ name, type: inner }) => `${JSON.stringify(name)}: ${spellType(inner)}`);
    return `struct<${members.join(', ')}>`;
  }
  if (DataType.isInt(type)) return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`;
  if (DataType.isFloat(type)) return `float${floatBits[type.precision]}`;
  return Type[type.typeId].toLowerCase();
}

const floatBits = { [Precision.HALF]: 16, [Precision.SINGLE]: 32, [Precision.DOUBLE]: 64 };
