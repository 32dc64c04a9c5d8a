/** User and password of an address: what stands before the last `@` of its host. */
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
/** A value in a query whose name says that it opens something. */
const credential =
  /([?&;][^=&;\s]*(?:token|key|secret|pass(?:word|wd)?|signature|sig|credential|auth|session)[^=&;\s]*=)[^&;\s"'<>#)]+/gi;

/**
 * A text as it may be shown, logged and stored: of every address in it the user, the password and the values of
 * credentials in its query are `…`.
 */
export const withoutSecrets = (text: string): string => text.replaceAll(userInfo, '$1…@').replaceAll(credential, '$1…');
