/** Runs a test file beside a schema: in this process, without a database. */
import { dirname, join } from 'node:path/posix';
import { compileSchema } from '../schema/compile-schema.ts';
import { readTestFile } from './read-test-file.ts';
import { emptyReport, type Report } from './report.ts';
import { WorldRun } from './run-world.ts';

/** @param read a file by its path from the folder of the test file; undefined if there is none */
export async function runTestFile(
  { path, text }: { path: string; text: string },
  read: (path: string) => Promise<string | undefined>,
): Promise<Report> {
  const report = emptyReport();
  const { file, problems } = readTestFile(text);
  report.problems = problems.map((problem) => ({ file: path, ...problem }));
  if (file === undefined) return report;
  const schemaText = await read(file.schema);
  if (schemaText === undefined) {
    const message = `there is no file \`${file.schema}\`; paths start at the folder of the test file`;
    report.problems.push({ file: path, ...file.schemaAt, message });
    return report;
  }
  const source = { path: join(dirname(path), file.schema), text: schemaText };
  const { schema, diagnostics, files } = await compileSchema(source, (imported) =>
    read(join(dirname(file.schema), imported)),
  );
  report.diagnostics = diagnostics.filter(({ severity }) => severity === 'error');
  report.texts = Object.fromEntries(files.map((each) => [each.path, each.text]));
  if (schema === undefined) return report;
  for (const world of file.worlds) {
    const run = new WorldRun(schema, world, path);
    run.run();
    report.expectations += run.expectations;
    report.differences.push(...run.differences);
  }
  return report;
}
