/** The bound on staleness, by a clock that the test turns. */
import { expect, it } from 'vitest';
import { Freshness, type Moment } from '../../src/tenant/freshness.ts';

function withClock(): { freshness: Freshness; now: Moment } {
  const now = { monotonic: 1_000, wall: 5_000_000 };
  return { freshness: new Freshness({ now: () => ({ ...now }) }, 100), now };
}

it('is stale until something is confirmed, and says so', () => {
  const { freshness } = withClock();
  expect(freshness.isFresh()).toBe(false);
  expect(() => freshness.assertFresh()).toThrow(
    'this node has not heard from the primary database yet, and answers may be at most 100 ms old; try again or ask another node',
  );
});

it('is fresh up to the bound and not a millisecond longer', () => {
  const { freshness, now } = withClock();
  freshness.confirm({ ...now });
  now.monotonic += 100;
  now.wall += 100;
  expect(freshness.isFresh()).toBe(true);
  freshness.assertFresh();
  now.monotonic += 1;
  expect(freshness.isFresh()).toBe(false);
  expect(() => freshness.assertFresh()).toThrow(/has not heard from the primary database for 101 ms/);
});

it.each(['monotonic', 'wall'] as const)('goes by whichever clock ran further: %s', (clock) => {
  const { freshness, now } = withClock();
  freshness.confirm({ ...now });
  now[clock] += 101;
  expect(freshness.isFresh()).toBe(false);
});

it('is not made older by an answer that comes late, nor younger by a wall clock set back', () => {
  const { freshness, now } = withClock();
  const early = { ...now };
  now.monotonic += 60;
  now.wall += 60;
  freshness.confirm({ ...now });
  freshness.confirm(early);
  now.monotonic += 80;
  now.wall += 80;
  expect(freshness.age()).toBe(80);
  now.wall -= 10_000;
  expect(freshness.age()).toBe(80);
});

it('is stale once it is told to forget', () => {
  const { freshness, now } = withClock();
  freshness.confirm({ ...now });
  freshness.forget();
  expect(freshness.age()).toBe(Number.POSITIVE_INFINITY);
});
