/** The other end of `compiler-thread.ts`: compiles what it is sent, one file after the other. */
import { parentPort } from 'node:worker_threads';
import { must } from '../base/assert.ts';
import { compileSchema } from './compile-schema.ts';
import type { SourceFile } from './source-file.ts';

const port = must(parentPort, 'the thread that asks');
let last: Promise<void> = Promise.resolve();

port.on('message', (file: SourceFile) => {
  last = last.then(async () => port.postMessage(await compileSchema(file)));
});
