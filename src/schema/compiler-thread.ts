/**
 * Compiles in a thread of its own. The compiler takes a third of a second to import and may take
 * seconds for a large file, and the thread that answers checks may not stand still for 2 ms.
 *
 * The thread is started when first needed and ended when it has had nothing to do for a while.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CompileResult, SourceFile } from './source-file.ts';

const IDLE_MS = 60_000;

/** `.js` as built, `.ts` where tests run the sources. */
const WORKER = new URL(`./compile-worker${extname(import.meta.url)}`, import.meta.url);

interface Asked {
  resolve(result: CompileResult): void;
  reject(error: Error): void;
}

export class CompilerThread {
  private worker: Worker | undefined;
  /** Who waits, in the order of asking; answers come in the same order. */
  private readonly asked: Asked[] = [];
  private idle: NodeJS.Timeout | undefined;

  compile(file: SourceFile): Promise<CompileResult> {
    clearTimeout(this.idle);
    this.worker ??= this.start();
    const { worker } = this;
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      worker.ref();
      worker.postMessage(file);
    });
  }

  async stop(): Promise<void> {
    clearTimeout(this.idle);
    await this.worker?.terminate();
  }

  private start(): Worker {
    const worker = newWorker();
    worker.on('message', (result: CompileResult) => {
      this.asked.shift()?.resolve(result);
      if (this.asked.length === 0) this.rest(worker);
    });
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', (code) => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      this.fail(new Error(`the compiler's thread ended with ${code} before it answered`));
    });
    return worker;
  }

  private rest(worker: Worker): void {
    worker.unref();
    this.idle = setTimeout(() => {
      this.worker = undefined;
      void worker.terminate();
    }, IDLE_MS);
    this.idle.unref();
  }

  private fail(error: Error): void {
    for (const { reject } of this.asked.splice(0)) reject(error);
  }
}

function newWorker(): Worker {
  if (WORKER.pathname.endsWith('.js')) return new Worker(WORKER);
  // A new thread does not know how to read the sources; it has to be taught first.
  const start = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import('${WORKER.href}'); })`;
  return new Worker(start, { eval: true });
}
