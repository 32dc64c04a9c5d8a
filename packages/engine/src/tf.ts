// Types of the chained methods; the methods themselves come with the engine.
/// <reference types="@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.d.ts" preserve="true" />

import './unstarted.js';

export * from '@tensorflow/tfjs-core';
