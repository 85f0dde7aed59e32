import { describe, expect, it } from 'vitest';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

describe('store', () => {
  const store = { id: '7', name: 'main', createdAt: { seconds: 1 } };

  it('create prints the id', async () => {
    bench.service.handlers = { CreateStore: () => ({ store }) };
    expect(await bench.ask(['store', 'create', 'main'])).toEqual({ code: 0, out: '7\n', err: '' });
  });

  it('list prints a table', async () => {
    bench.service.handlers = { ListStores: () => ({ stores: [store] }) };
    expect((await bench.ask(['store', 'list'])).out).toBe(
      'ID  NAME  CREATED\n7   main  1970-01-01T00:00:01.000Z\n',
    );
  });

  it('delete prints nothing', async () => {
    bench.service.handlers = { DeleteStore: () => ({}) };
    expect(await bench.ask(['store', 'delete', '7'])).toEqual({ code: 0, out: '', err: '' });
    expect(bench.service.last.request).toEqual({ id: '7' });
  });
});
