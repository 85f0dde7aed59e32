import { beforeEach, expect, it } from 'vitest';
import { DatabaseClock } from '../../src/tenant/database-clock.ts';

const moment = { monotonic: 0, wall: 0 };
let clock: DatabaseClock;

beforeEach(() => {
  Object.assign(moment, { monotonic: 1_000, wall: 50_000 });
  clock = new DatabaseClock({ now: () => ({ ...moment }) });
});

function pass(monotonic: number, wall = monotonic): void {
  moment.monotonic += monotonic;
  moment.wall += wall;
}

it('is the database’s time at the last contact plus what has passed since', () => {
  clock.synchronize(70_000, { ...moment });
  pass(300);
  expect(clock.now()).toBe(70_300);
  expect(clock.skewMs).toBe(20_000);
});

it('does not go back when this machine’s clock is set back', () => {
  clock.synchronize(70_000, { ...moment });
  pass(100, -40_000);
  expect(clock.now()).toBe(70_100);
});

it('does not go back when the database’s clock is set back', () => {
  clock.synchronize(70_000, { ...moment });
  expect(clock.now()).toBe(70_000);
  clock.synchronize(10_000, { ...moment });
  expect(clock.now()).toBe(70_000);
  pass(60_001);
  expect(clock.now()).toBe(70_001);
});

it('counts a time in which the machine was paused and its monotonic clock stood still', () => {
  clock.synchronize(70_000, { ...moment });
  pass(0, 5_000);
  expect(clock.now()).toBe(75_000);
});
