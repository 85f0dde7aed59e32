/**
 * Finds strings in requests that are not UTF-8.
 *
 * protobufjs does not look: it puts U+FFFD in the place of what it cannot read, so that different bytes
 * would become one name.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { DescMessage } from '@bufbuild/protobuf';
import protobuf from 'protobufjs/minimal.js';
import { type FieldPlan, type MessagePlan, planOf } from './utf8-plan.ts';

const LENGTH_DELIMITED = 2;

/**
 * The path, such as `items[3].object`, of the first string field of the request whose bytes are not UTF-8.
 * The entries of a map are counted as those of a list are: `metadata.fields[0].key`.
 *
 * A request that cannot be decoded may yield nothing: the decoder refuses it.
 */
export function badUtf8Field(request: Buffer, type: DescMessage): string | undefined {
  // Any part of ASCII is UTF-8, wherever the strings begin and end. Nearly all requests are ASCII
  // throughout: names are, and so are tags of fields below 16 and lengths below 128.
  //
  // That the request as a whole is UTF-8 says too little: a string cut off within a character can be made
  // whole by the tag that follows. Tags of fields from 16 on begin like the rest of a character, and anyone
  // may send such a field, known to us or not.
  if (isAscii(request)) return undefined;
  try {
    // The decoder's own reader, so that the two cannot disagree about where a string is.
    const reader = protobuf.Reader.create(request);
    return inMessage(reader, planOf(type), reader.len, 0);
  } catch {
    return undefined;
  }
}

/** Reads fields up to `end` as the decoder that protobufjs generates does; `depth` counts what it counts. */
function inMessage(
  reader: protobuf.Reader,
  plan: MessagePlan,
  end: number,
  depth: number,
): string | undefined {
  if (depth > protobuf.Reader.recursionLimit) throw new RangeError('nested too deeply');
  let counts: Map<FieldPlan, number> | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = plan.get(tag >>> 3);
    if (field === undefined) {
      reader.skipType(tag & 7, depth);
      continue;
    }
    const within = inField(reader, field, tag & 7, depth);
    const index = counts?.get(field) ?? 0;
    if (within !== undefined) return `${field.repeated ? `${field.name}[${index}]` : field.name}${within}`;
    if (field.repeated) counts = (counts ?? new Map<FieldPlan, number>()).set(field, index + 1);
  }
  return undefined;
}

/** What follows the field's name in the path of a bad string: nothing if the field is that string. */
function inField(
  reader: protobuf.Reader,
  field: FieldPlan,
  wireType: number,
  depth: number,
): string | undefined {
  // The decoder goes by the field's type, whatever the wire type, except that a list may be packed.
  switch (field.kind) {
    case 'string':
      return isNextUtf8(reader) ? undefined : '';
    case 'bytes':
      reader.skip(reader.uint32());
      return undefined;
    case 'scalar':
      if (field.repeated && wireType === LENGTH_DELIMITED) reader.skip(reader.uint32());
      else reader[field.read]();
      return undefined;
    case 'message':
      return inNested(reader, planOf(field.message), depth + 1);
    case 'entry':
      // To the decoder an entry is part of the message that holds the map.
      return inNested(reader, field.entry, depth);
  }
}

function inNested(reader: protobuf.Reader, plan: MessagePlan, depth: number): string | undefined {
  const length = reader.uint32();
  const end = reader.pos + length;
  const outer = reader.len;
  if (end > outer) throw new RangeError('a message ends beyond the one it is in');
  reader.len = end;
  const within = inMessage(reader, plan, end, depth);
  reader.len = outer;
  return within === undefined ? undefined : `.${within}`;
}

function isNextUtf8(reader: protobuf.Reader): boolean {
  const length = reader.uint32();
  const start = reader.pos;
  // The decoder cuts a string that is too long at the end of its message, without a word.
  const end = Math.min(start + length, reader.len);
  reader.pos = end;
  // Names are short, and for most this is faster than to ask Node.
  for (let at = start; at < end; at++) {
    if ((reader.buf[at] ?? 0) >= 0x80) return isUtf8(reader.buf.subarray(at, end));
  }
  return true;
}
