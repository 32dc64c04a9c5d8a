/**
 * Files that code names by `new URL('./file', import.meta.url)`: worker scripts, WebAssembly, sources of native code.
 * They are marked before bundling, so that tree shaking drops unused ones, and the others are copied next to the
 * bundle.
 */
const reference = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+)\1\s*,\s*import\.meta\.url\s*\)/g;
const marker = /new URL\("twoshot-file:([^"]+)", import\.meta\.url\)/g;

/**
 * Marks the references of a module; null if it has none.
 *
 * @param locate gives the marked name of a file from the text in the code
 */
export function markReferences(code: string, locate: (relative: string) => string): string | null {
  let found = false;
  const marked = code.replaceAll(reference, (_, _quote, relative: string) => {
    found = true;
    return `new URL("twoshot-file:${encodeURI(locate(relative))}", import.meta.url)`;
  });
  return found ? marked : null;
}

/** Names of the files that a bundled text still refers to, each once. */
export const referencesIn = (code: string): readonly string[] => [
  ...new Set([...code.matchAll(marker)].map((match) => decodeURI(match[1]!))),
];

/** Replaces the marks by paths relative to the bundle, or URLs. */
export const replaceReferences = (code: string, place: (name: string) => string): string =>
  code.replaceAll(marker, (_, name: string) => `new URL(${JSON.stringify(place(decodeURI(name)))}, import.meta.url)`);
