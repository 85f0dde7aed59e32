import { expect, it } from 'vitest';
import { runSliced } from '../../src/base/slices.ts';

/** Works for `ms`, a little at a time. */
function* busy(ms: number): Generator<void, void, void> {
  const until = performance.now() + ms;
  while (performance.now() < until) yield;
}

it('many works at once get one slice a turn of the event loop', async () => {
  const options = { deadline: Number.POSITIVE_INFINITY };
  let turns = 0;
  let slices = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const works = Array.from({ length: 10 }, () =>
    runSliced(busy(20), { ...options, resume: () => void slices++ }),
  );
  await Promise.all(works);
  isDone = true;
  expect(slices).toBeGreaterThan(10);
  expect(turns).toBeGreaterThanOrEqual(slices);
});

it('many short works that come in one turn of the event loop run in a turn each, in order', async () => {
  let turn = 0;
  let isDone = false;
  const count = (): void => {
    turn++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const ran: [number, number][] = [];
  // biome-ignore lint/correctness/useYield: it is over before it would
  const short = function* (i: number): Generator<void, void, void> {
    ran.push([i, turn]);
  };
  const options = { deadline: Number.POSITIVE_INFINITY };
  await Promise.all(Array.from({ length: 5 }, (_, i) => runSliced(short(i), options)));
  isDone = true;
  expect(ran.map(([i]) => i)).toEqual([0, 1, 2, 3, 4]);
  expect(ran[0][1]).toBe(0);
  expect(new Set(ran.map(([, at]) => at)).size).toBe(5);
});
