/** Every example of docs/ does what the page says; see blocks.ts for how they are marked. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningNode, serve } from '../../src/main.ts';
import { admin, serveConfig, urlOf } from '../support/database.ts';
import { blocksOf, pages, ROOT } from './blocks.ts';
import { Page } from './page.ts';

/** With this, what was found is written into the pages. */
const CORRECT = process.env.PEMBA_CORRECT_DOCS === 'true';
const PATIENCE_MS = 120_000;
const quiet = () => undefined;
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet };

describe.each(await pages())('%s', (name) => {
  const blocks = blocksOf(name);
  if (blocks.every(({ language }) => language === 'text')) {
    it('has nothing to run', () => undefined);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'pemba-docs-'));
  const database = `docs_${randomBytes(8).toString('hex')}`;
  let node: RunningNode;
  let page: Page;

  beforeAll(async () => {
    await admin(`create database ${database} template template0 encoding 'UTF8'`);
    const example = { schemaFile: 'schema/lamin.pemba', tuplesFile: 'schema/lamin.tuples' };
    const files = { schemaFile: join(ROOT, example.schemaFile), tuplesFile: join(ROOT, example.tuplesFile) };
    node = await serve(serveConfig({ database: urlOf(database), ...files }), LOG);
    page = new Page(name, blocks, folder, `127.0.0.1:${node.port}`);
  });

  afterAll(async () => {
    if (CORRECT) page.correct();
    await page.stop();
    await node.stop();
    await admin(`drop database if exists ${database} with (force)`);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(blocks)('line $line: $language', { timeout: PATIENCE_MS }, async (block) => {
    const { shown, found } = await page.run(block);
    if (!CORRECT) expect(found).toBe(shown);
  });
});
