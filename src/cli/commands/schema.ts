/** `pemba schema` */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addSchemaCheckCommand } from './schema-check.ts';
import { addSchemaFmtCommand } from './schema-fmt.ts';
import { addSchemaGraphCommand } from './schema-graph.ts';
import { addSchemaReadCommand } from './schema-read.ts';
import { addSchemaWriteCommand } from './schema-write.ts';

export function addSchemaCommands(program: Command, context: Context): void {
  const schema = program.command('schema').description('check, write, read, format and draw schemas');
  addSchemaCheckCommand(schema, context);
  addSchemaWriteCommand(schema, context);
  addSchemaReadCommand(schema, context);
  addSchemaFmtCommand(schema, context);
  addSchemaGraphCommand(schema, context);
}
