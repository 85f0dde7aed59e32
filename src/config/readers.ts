/** How the text of a setting becomes its value. Every message begins with what is expected. */
import { z } from 'zod';
import { didYouMean } from '../base/nearest.ts';
import type { HostAndPort } from './serve-config.ts';

const MAX_PORT = 65_535;

/** Any text but none. */
export function text(expected: string): z.ZodType<string, string> {
  return z.string().min(1, { error: `expected ${expected}` });
}

export function longText(minLength: number): z.ZodType<string, string> {
  return z.string().min(minLength, { error: `expected at least ${minLength} characters` });
}

export function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  const error = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

/** `true` or `false`, and the other words for them. Coercion would take `false` for true. */
export function yesOrNo(): z.ZodType<boolean, string> {
  return z.stringbool({ error: 'expected `true` or `false`' });
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): z.ZodType<Choice, string> {
  const error = `expected ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  return z.string().pipe(z.enum(choices, { error })) as z.ZodType<Choice, string>;
}

/** One of several names, the nearest of which is told for one that is mistyped. */
export function nameOf<const Name extends string>(
  what: string,
  names: readonly Name[],
): z.ZodType<Name, string> {
  return z.string().transform((given, context) => {
    const name = names.find((each) => each === given);
    if (name !== undefined) return name;
    const list = names.map((each) => `\`${each}\``).join(', ');
    context.addIssue(`expected ${what}, one of ${list}${didYouMean(given, names)}`);
    return z.NEVER;
  });
}

export function postgresUrl(): z.ZodType<string, string> {
  return z.string().regex(/^postgres(?:ql)?:\/\/./, {
    error: 'expected a URL such as `postgres://user@host:5432/database`',
  });
}

/** `host:port`, an IPv6 address in brackets. */
export function hostAndPort(): z.ZodType<HostAndPort, string> {
  return z.string().transform((given, context) => {
    const [, bracketed, plain, port] =
      /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(given) ?? [];
    const host = bracketed ?? plain;
    if (host !== undefined && Number(port) <= MAX_PORT) return { host, port: Number(port) };
    context.addIssue('expected `host:port`, such as `127.0.0.1:50051` or `[::1]:50051`');
    return z.NEVER;
  });
}
