import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../src/config/describe-settings.ts';
import { SERVE_SETTINGS } from '../../src/config/serve-settings.ts';
import { run } from '../cli/command-line.ts';

const serve = {
  describe: () => Promise.resolve(describeSettings(SERVE_SETTINGS)),
  run: () => Promise.resolve(0),
};

describe('pemba serve --help', () => {
  it('is made from the table of settings', async () => {
    const { code, out } = await run(['serve', '--help'], { parts: { serve } });
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot('serve-help.txt');
  });

  it('is what `pemba help serve` prints too', async () => {
    const { out } = await run(['serve', '--help'], { parts: { serve } });
    expect(await run(['help', 'serve'], { parts: { serve } })).toEqual({ code: 0, out, err: '' });
  });

  it('names every setting, and the secret ones as variables only', async () => {
    const { out } = await run(['serve', '--help'], { parts: { serve } });
    const { flags, variables } = describeSettings(SERVE_SETTINGS);
    expect(flags.length + variables.length).toBe(Object.keys(SERVE_SETTINGS).length);
    for (const { flags: names } of flags) expect(out).toContain(`  ${names}`);
    expect(variables.map(({ name }) => name)).toEqual(['PEMBA_BOOTSTRAP_TOKEN']);
    expect(out).not.toContain('--bootstrap-token');
  });
});
