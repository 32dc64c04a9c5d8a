import fastStringWidth from 'fast-string-width';

/** Columns of a text on a terminal; e.g. a Chinese character takes two, colours none. */
export const textWidth = (text: string): number => fastStringWidth(text);
