/** In words, for messages. */
export const imageFormats = 'JPEG, PNG, WebP, GIF, TIFF';
