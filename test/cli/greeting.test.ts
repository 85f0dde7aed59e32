import { describe, expect, it } from 'vitest';
import { greeting } from '../../src/cli/greeting.ts';

describe('the greeting', () => {
  const started = {
    host: '127.0.0.1',
    port: 50_051,
    open: true,
    example: 'lamin' as const,
    isFirstStart: true,
    dataLocation: '/var/lib/pemba',
  };

  it('says where the service listens and what it is', () => {
    expect(greeting(started)).toBe(
      [
        'Pemba listens at 127.0.0.1:50051',
        '  its data is in /var/lib/pemba',
        '  it asks nobody for a credential (--open): for trying out, on this machine only',
        '  the store `default` was empty and has been filled with the model `lamin`',
        '',
        'In a second terminal, ask what is allowed, and what is denied:',
        "  npx pemba check 'space:curation#write@user:ada'",
        "  npx pemba check 'space:curation#write@user:grace'",
        'and look around:',
        '  npx pemba read space:curation',
        '  npx pemba schema read',
        '  npx pemba --help',
        '',
        '',
      ].join('\n'),
    );
  });

  it('names the address in what to type where it is not the usual one', () => {
    const { example: _, ...without } = started;
    const text = greeting({ ...without, port: 1 });
    expect(text).toContain('\n  PEMBA_ADDRESS=127.0.0.1:1 npx pemba schema read\n');
    expect(text).not.toContain('check');
  });

  it('promises no answers once others may have written', () => {
    const text = greeting({ ...started, isFirstStart: false, example: 'ptolemy' });
    expect(text).toContain('ask what was allowed at first, and what was denied:\n');
    expect(text).toContain("  npx pemba check 'workspace:production#view_data@user:hypatia'\n");
  });

  it('names the model where it asks for credentials too, now and later', () => {
    const asking = { ...started, open: false, example: 'portkey' as const };
    expect(greeting(asking)).toContain(
      '\n  the store `default` was empty and has been filled with the model `portkey`\n',
    );
    expect(greeting({ ...asking, isFirstStart: false })).toContain(
      '\n  the store `default` holds the model `portkey`\n',
    );
  });

  it('is short where there is nothing to say', () => {
    const plain = {
      host: '::1',
      port: 1,
      open: false,
      isFirstStart: false,
      dataLocation: undefined,
      tls: {},
    };
    expect(greeting(plain)).toBe('Pemba listens at [::1]:1, with TLS\n');
  });
});
