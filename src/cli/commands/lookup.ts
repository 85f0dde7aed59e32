/** `pemba lookup` */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addLookupPermissionsCommand } from './lookup-permissions.ts';
import { addLookupResourcesCommand } from './lookup-resources.ts';
import { addLookupSubjectsCommand } from './lookup-subjects.ts';

export function addLookupCommands(program: Command, context: Context): void {
  const lookup = program.command('lookup').description('find objects, subjects or permissions');
  addLookupResourcesCommand(lookup, context);
  addLookupSubjectsCommand(lookup, context);
  addLookupPermissionsCommand(lookup, context);
}
