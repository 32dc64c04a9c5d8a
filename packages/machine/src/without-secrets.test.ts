import { expect, test } from 'vitest';
import { withoutSecrets } from './index.js';

test.each([
  ['https://me:pass@host.org/a.tar.gz', 'https://…@host.org/a.tar.gz'],
  [
    'Looking in indexes: https://me:p@ss@host/simple, http://b:c@d',
    'Looking in indexes: https://…@host/simple, http://…@d',
  ],
  [
    'https://host/a?X-Amz-Signature=abc&part=1&access_token=xyz',
    'https://host/a?X-Amz-Signature=…&part=1&access_token=…',
  ],
  ["'http://host/a?key=s3cret' answered 404", "'http://host/a?key=…' answered 404"],
  ['https://host/a@b/c?page=2', 'https://host/a@b/c?page=2'],
  ['mail me@host.org', 'mail me@host.org'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});
