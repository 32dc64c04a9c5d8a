import { type Agent, type IncomingMessage, get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { getProxyForUrl } from 'proxy-from-env';

/** Timeout of a silent server, in milliseconds. */
const silence = 60_000;
const maxRedirects = 5;

/**
 * The tunnel through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name for a URL; null for a direct
 * connection.
 */
async function proxyOf(url: string): Promise<Agent | null> {
  const proxy = getProxyForUrl(url);
  if (proxy === '') return null;
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy);
}

/**
 * Requests a URL, through a proxy if the environment names one, and follows redirects. The body is not decoded: `fetch`
 * would unpack an archive that a server labels with a content encoding.
 */
export async function openUrl(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  redirects = 0,
): Promise<IncomingMessage> {
  const agent = await proxyOf(url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const get = url.startsWith('https:') ? getSecure : getPlain;
    const request = get(url, { headers: { ...headers }, signal, ...(agent && { agent }) }, resolve);
    request.on('error', reject);
    request.setTimeout(silence, () => request.destroy(new Error(`no response for ${silence / 1000} s`)));
  });
  const { statusCode = 0 } = response;
  const { location } = response.headers;
  if (statusCode < 300 || statusCode >= 400 || location === undefined) return response;
  response.destroy();
  if (redirects === maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
  return openUrl(new URL(location, url).href, headers, signal, redirects + 1);
}
