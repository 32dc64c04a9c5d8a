import type { Identity } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const identity: ViewOperation<Identity> = { phase: 'image', run: () => undefined };
