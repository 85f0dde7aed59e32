/** A TCP proxy between a node and its Postgres that can do to the connection what networks do. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Postgres' simple query `commit`, as it goes over the wire. */
const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1');

export interface Cut {
  /** What the client sends. */
  bytes: Buffer;
  /** Cut before the server gets it, or once the server has answered it, without that answer. */
  when: 'before' | 'after';
  times: number;
}

interface Queued {
  chunk: Buffer;
  /** Milliseconds of the monotonic clock. */
  due: number;
}

/** One direction of one connection: bytes go out in order, late if there is latency, never while it is held. */
class Pipe {
  private readonly queue: Queued[] = [];
  private readonly to: Socket;
  private readonly proxy: FaultProxy;
  private timer: NodeJS.Timeout | undefined;

  constructor(proxy: FaultProxy, to: Socket) {
    this.proxy = proxy;
    this.to = to;
  }

  push(chunk: Buffer): void {
    this.queue.push({ chunk, due: performance.now() + this.proxy.latencyMs });
    this.flush();
  }

  flush(): void {
    clearTimeout(this.timer);
    while (this.queue.length > 0 && !this.proxy.isHolding) {
      const [next] = this.queue;
      const wait = next.due - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.flush(), wait);
        return;
      }
      this.queue.shift();
      this.to.write(next.chunk);
    }
  }
}

interface Link {
  client: Socket;
  server: Socket;
  pipes: Pipe[];
  /** The server's next answer is to be lost, and the connection with it. */
  isDoomed: boolean;
  /** Its bytes go nowhere any more. */
  isAbandoned: boolean;
}

export class FaultProxy {
  /** How long bytes are under way, in each direction. */
  latencyMs = 0;
  /** How many connections were cut as {@link cut} asked. */
  cuts = 0;
  isHolding = false;
  private isRefusing = false;
  private hangsUp = false;
  private refusesOnceCut = false;
  private readonly target: URL;
  private nextCut: Cut | undefined;
  private readonly links = new Set<Link>();
  private readonly server: Server;

  constructor(target: string) {
    this.target = new URL(target);
    this.server = createServer((client) => this.accept(client));
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  /** The target's URL by way of this proxy. */
  get url(): string {
    const url = new URL(this.target.href);
    url.host = `127.0.0.1:${(this.server.address() as { port: number }).port}`;
    return url.href;
  }

  /** From now on bytes go nowhere, in both directions; new connections are accepted and hear nothing. */
  hold(): void {
    this.isHolding = true;
  }

  /** Bytes that were held arrive after all, as TCP sends them again when a network comes back. */
  release(): void {
    this.isHolding = false;
    for (const { pipes } of this.links) for (const pipe of pipes) pipe.flush();
  }

  /** Bytes of the present connections go nowhere, for good, and nobody is told; new connections are fine. */
  abandon(): void {
    for (const link of this.links) link.isAbandoned = true;
  }

  /** Ends all connections as a machine does that has forgotten them. */
  reset(): void {
    for (const link of this.links) this.drop(link);
  }

  cut(cut: Partial<Cut>): void {
    this.nextCut = { bytes: COMMIT, when: 'after', times: 1, ...cut };
  }

  /** From the next cut on new connections are turned away, and those that are there end. */
  refuseOnceCut(): void {
    this.refusesOnceCut = true;
  }

  /** From now on new connections are turned away, and there are no others; until {@link admit}. */
  refuse(how: 'reset' | 'hang up' = 'reset'): void {
    this.isRefusing = true;
    this.hangsUp = how === 'hang up';
    this.reset();
  }

  admit(): void {
    this.isRefusing = false;
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (this.isRefusing) {
      client.on('error', () => undefined);
      if (this.hangsUp) client.resume().end();
      else client.resetAndDestroy();
      return;
    }
    const server = createConnection(Number(this.target.port), this.target.hostname);
    const [up, down] = [new Pipe(this, server), new Pipe(this, client)];
    const link: Link = { client, server, pipes: [up, down], isDoomed: false, isAbandoned: false };
    this.links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.drop(link));
      socket.on('close', () => this.drop(link));
    }
    client.on('data', (chunk) => {
      if (link.isAbandoned) return;
      if (this.mayPass(chunk, link)) up.push(chunk);
      else this.drop(link);
    });
    server.on('data', (chunk) => {
      if (link.isDoomed) this.drop(link);
      else if (!link.isAbandoned) down.push(chunk);
    });
  }

  private mayPass(chunk: Buffer, link: Link): boolean {
    const cut = this.nextCut;
    if (cut === undefined || cut.times === 0 || !chunk.includes(cut.bytes)) return true;
    cut.times -= 1;
    this.cuts += 1;
    link.isDoomed = true;
    return cut.when === 'after';
  }

  private drop(link: Link): void {
    this.links.delete(link);
    if (link.isDoomed && this.refusesOnceCut) {
      this.refusesOnceCut = false;
      this.refuse();
    }
    for (const socket of [link.client, link.server]) if (!socket.destroyed) socket.resetAndDestroy();
  }
}

/** A proxy to the server of `url`; it is closed when the test ends. */
export async function startProxy(url: string): Promise<FaultProxy> {
  const proxy = new FaultProxy(url);
  await proxy.listen();
  onTestFinished(() => proxy.close());
  return proxy;
}
