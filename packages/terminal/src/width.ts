import fastStringWidth from 'fast-string-width';

/** Columns that a text takes on a terminal; a sign of Chinese, say, takes two, colours none. */
export const textWidth = (text: string): number => fastStringWidth(text);
