import { visible } from '../base/visible.ts';
import type { Context } from './context.ts';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Prints columns without lines between them, so that the table can be piped on. */
export async function printTable(context: Context, head: string[], rows: string[][]): Promise<void> {
  const { default: Table } = await import('cli-table3');
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const table = new Table({ chars: NO_LINES, style, head });
  table.push(...rows.map((row) => row.map(visible)));
  const lines = table.toString().split('\n');
  context.io.stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''));
}
