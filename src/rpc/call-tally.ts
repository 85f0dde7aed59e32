/**
 * Counts and times the calls of one method. Every check passes here, and `prom-client` looks its labels up by
 * hashing their text, which was a tenth of what a check took beside HTTP/2 (a profile of the handler by itself).
 */
import type { Registry } from 'prom-client';

/** Upper bounds in seconds, from a tenth of a millisecond up: most answers take less than one. */
const BOUNDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export class CallTally {
  readonly method: string;
  private successes = 0;
  private readonly failures = new Map<string, number>();
  /** Calls by duration: at most the bound of the same place, and in the last place those above all of them. */
  private readonly durations = new Float64Array(BOUNDS.length + 1);
  private seconds = 0;

  constructor(method: string) {
    this.method = method;
  }

  /**
   * @param reason OK, or why it failed: one of the closed set, so there are few
   * @param seconds how long the call took
   */
  done(reason: string, seconds: number): void {
    if (reason === 'OK') this.successes++;
    else this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
    let place = 0;
    while (place < BOUNDS.length && seconds > BOUNDS[place]) place++;
    this.durations[place]++;
    this.seconds += seconds;
  }

  /** Calls by reason; the reason of a success is OK. */
  *countsByReason(): Generator<[reason: string, calls: number]> {
    if (this.successes > 0) yield ['OK', this.successes];
    yield* this.failures;
  }

  /** The samples of a histogram of Prometheus named `name`. */
  *samples(name: string): Generator<Sample> {
    const { method } = this;
    let calls = 0;
    for (const [place, count] of this.durations.entries()) {
      calls += count;
      const le = BOUNDS[place] ?? '+Inf';
      yield { metricName: `${name}_bucket`, labels: { method, le }, value: calls };
    }
    yield { metricName: `${name}_sum`, labels: { method }, value: this.seconds };
    yield { metricName: `${name}_count`, labels: { method }, value: calls };
  }
}

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

/** What a registry asks of each of its metrics, as far as it is not in its types. */
interface RawMetric {
  name: string;
  get(): Promise<{ name: string; help: string; type: string; values: Sample[]; aggregator: string }>;
}

/** Lets `registry` tell what `tallies` have counted, as `pemba_calls_total` and `pemba_call_seconds`. */
export function registerTallies(registry: Registry, tallies: Iterable<CallTally>): void {
  const add = (name: string, type: string, help: string, values: () => Sample[]): void => {
    const metric: RawMetric = {
      name,
      get: async () => ({ name, help, type, values: values(), aggregator: 'sum' }),
    };
    registry.registerMetric(metric as never);
  };
  add('pemba_calls_total', 'counter', CALLS_HELP, () =>
    [...tallies].flatMap((tally) =>
      Array.from(tally.countsByReason(), ([reason, value]) => ({
        metricName: 'pemba_calls_total',
        labels: { method: tally.method, reason },
        value,
      })),
    ),
  );
  add('pemba_call_seconds', 'histogram', 'Time from a call read to its answer handed over', () =>
    [...tallies].flatMap((tally) => [...tally.samples('pemba_call_seconds')]),
  );
}

const CALLS_HELP = 'Calls answered, by method and reason; the reason of a success is OK';
