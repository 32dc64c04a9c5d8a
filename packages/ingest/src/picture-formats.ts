/** In words, for messages. */
export const pictureFormats = 'JPEG, PNG, WebP, GIF, TIFF';
