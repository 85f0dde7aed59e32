import type { ParsedSchema } from './parsed-schema.ts';
import type { Report } from './report.ts';
export function check(_parsed: ParsedSchema, _report: Report): void {}
