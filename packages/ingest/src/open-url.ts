import { type IncomingMessage, get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';

/** A server that sends nothing for this long is given up. */
const silence = 60_000;
const mostRedirects = 5;

/**
 * Asks for a URL and follows redirects. The body comes as it was sent: `fetch` would unpack an archive that a server
 * labels with a content encoding.
 */
export async function openUrl(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  redirects = 0,
): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const get = url.startsWith('https:') ? getSecure : getPlain;
    const request = get(url, { headers: { ...headers }, signal }, resolve);
    request.on('error', reject);
    request.setTimeout(silence, () => request.destroy(new Error(`no answer for ${silence / 1000} s`)));
  });
  const { statusCode = 0 } = response;
  const { location } = response.headers;
  if (statusCode < 300 || statusCode >= 400 || location === undefined) return response;
  response.destroy();
  if (redirects === mostRedirects) throw new Error(`more than ${mostRedirects} redirects`);
  return openUrl(new URL(location, url).href, headers, signal, redirects + 1);
}
