import { program } from './index.js';

/** The command without its launcher: `node program.fixture.js COMMAND`. */
await program();
