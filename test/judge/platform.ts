/** The example of the language's specification, which uses most of it. */
import { readFile } from 'node:fs/promises';

export const PLATFORM = await readFile(new URL('../schema/files/platform.pemba', import.meta.url), 'utf8');

/** One system, two workspaces; ada is admin of \`dev\`, max its manager, mia its member; eve is admin of \`ops\`. */
export const PLATFORM_TUPLES = [
  'system:main#admin@user:root',
  'workspace:dev#system@system:main',
  'workspace:dev#admin@user:ada',
  'workspace:dev#manager@user:max',
  'workspace:dev#member@user:mia',
  'workspace:ops#system@system:main',
  'workspace:ops#admin@user:eve',
  'folder:plans#workspace@workspace:dev',
  'folder:secrets#workspace@workspace:ops',
  'record:r1#workspace@workspace:dev',
  'record:r1#folder@folder:plans',
];
