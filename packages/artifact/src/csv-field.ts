/** What spreadsheets take for the start of a formula, which may read files and call the network. */
const startsFormula = /^[=+\-@\t\r]/;

/** A field of a CSV, quoted where RFC 4180 requires it. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Whether a spreadsheet would take a text for a formula; numbers are none. */
export const isFormula = (text: string): boolean => startsFormula.test(text) && Number.isNaN(Number(text));

/** The name of a class as a field that is no formula to a spreadsheet: such a name gets the sign that starts a text. */
export const csvName = (name: string): string => csvField(isFormula(name) ? `'${name}` : name);

/** The path of a file as a field that is neither a formula nor, to a program, an option: the same path with `./` before it. */
export const csvPath = (file: string): string => csvField(startsFormula.test(file) ? `./${file}` : file);
