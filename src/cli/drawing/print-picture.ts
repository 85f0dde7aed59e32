/** The options that ask for a picture instead of text, and the printing of it. */
import { type Command, Option } from 'commander';
import type { Picture } from '../../picture/picture.ts';
import type { Context } from '../context.ts';

export interface PictureOptions {
  json?: boolean;
  dot?: boolean;
  svg?: boolean;
}

/** Adds `--json`, `--dot` and `--svg`, of which one may be given. @param json what the first of them prints */
export function addFormOptions(command: Command, json: string): void {
  command
    .addOption(new Option('--json', json).conflicts(['dot', 'svg']))
    .addOption(
      new Option('--dot', 'print a picture in DOT, the language of Graphviz').conflicts(['json', 'svg']),
    )
    .addOption(new Option('--svg', 'print a picture in SVG').conflicts(['json', 'dot']));
}

/** Prints the picture if one was asked for. @returns whether it was */
export async function printPicture(
  { io }: Context,
  options: PictureOptions,
  picture: () => Picture,
): Promise<boolean> {
  // Imported here, for the layout is of use to nothing else.
  if (options.dot === true) io.stdout.write((await import('../../picture/to-dot.ts')).toDot(picture()));
  else if (options.svg === true) io.stdout.write((await import('../../picture/to-svg.ts')).toSvg(picture()));
  else return false;
  return true;
}
