/**
 * Requests, read strictly and in two steps: what is cheap and bounded before anybody knows who sent them,
 * and what may cost something after. An empty element of a list is 2 bytes on the wire, and next to nothing
 * compressed, but an object once it is decoded.
 */
import { isAscii } from 'node:buffer';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { PembaError } from '../base/errors.ts';
import { type LimitName, type Limits, limitReached, withinLimit } from '../base/limits.ts';
import { messageDescriptor } from './descriptors.ts';
import { PlainMessage } from './plain-message.ts';
import { PACKAGE } from './protocol.ts';
import { StrictReader } from './strict-reader.ts';
import { badUtf8Field } from './utf8.ts';
import { type FieldPlan, planOf } from './utf8-plan.ts';

/** The limit of each list that a request may hold. */
const LIMIT_OF_LIST: Record<string, LimitName> = {
  items: 'batchChecks',
  updates: 'writeUpdates',
  subjects: 'writeUpdates',
  preconditions: 'writePreconditions',
  contextual_tuples: 'contextualTuples',
  filters: 'watchFilters',
};

const STORE = 'store';
const STRUCT = 'google.protobuf.Struct';

/** The limit of each Struct that a request may hold. */
const LIMIT_OF_STRUCT: Record<string, LimitName> = { metadata: 'metadataBytes', context: 'contextBytes' };

/** A list of numbers of one digit takes 5.5 times as many bytes on the wire as in JSON; nothing takes more. */
const STRUCT_BYTES_PER_JSON_BYTE = 6;

/** A field that is counted: its elements if it is a list, its bytes if it is a Struct. */
interface Counted {
  name: string;
  limit: LimitName;
  inBytes: boolean;
}

interface Step {
  plan: FieldPlan;
  /** It is made of a length and so many bytes, of which none are looked at. */
  isSkipped: boolean;
  /** Its place among those that are counted; -1 if it is not. */
  counter: number;
}

/** A request of which no more is known than its outermost fields. */
export interface Survey {
  bytes: Buffer;
  reader: StrictReader;
  /** The field `store`; empty if there is none, undefined if the bytes are no message. */
  store: string | undefined;
  /** How often, or how large, each counted field is; undefined if there is none of them. */
  counts: number[] | undefined;
  /** Why the bytes are no message. */
  failure: unknown;
}

/** Requests up to this length are read at once, whoever sent them. */
const PLAIN_BYTES = 1_024;

/** Reads the requests of one method. */
export class RequestReader<Request> {
  private readonly type: DescMessage;
  private readonly decoder: (bytes: Buffer) => Request;
  private readonly limits: Limits;
  /** By field number. */
  private readonly steps: (Step | undefined)[] = [];
  private readonly counted: Counted[] = [];
  private readonly plain: PlainMessage<Request>;

  constructor(method: MethodDefinition<Request, unknown>, limits: Limits) {
    this.type = messageDescriptor(requestTypeOf(method));
    this.decoder = method.requestDeserialize;
    this.limits = limits;
    this.plain = new PlainMessage(this.type, blankOf(this.decoder), (list) => {
      const name = LIMIT_OF_LIST[list];
      return name === undefined ? 0 : limits[name];
    });
    for (const [number, plan] of planOf(this.type)) {
      const field = this.type.fields.find((each) => each.number === number);
      const counted = field && countedOf(field);
      this.steps[number] = {
        plan,
        isSkipped: plan.kind !== 'scalar' && plan.name !== STORE,
        counter: counted === undefined ? -1 : this.counted.push(counted) - 1,
      };
    }
  }

  /**
   * The whole request if it is short and plain, as nearly all checks are; undefined for every other, good or bad. With one pass instead of the four of {@link survey} and {@link decode}, which say the
   * same, with encoded answers and with own counters a check took 2.3 µs instead of 3.4 in the handler by itself.
   */
  decodePlain(bytes: Buffer): Request | undefined {
    return bytes.length <= PLAIN_BYTES && isAscii(bytes) ? this.plain.decode(bytes) : undefined;
  }

  /** Looks at the outermost fields alone and decodes none but `store`. Never throws. */
  survey(bytes: Buffer): Survey {
    const reader = new StrictReader(bytes);
    const survey: Survey = { bytes, reader, store: '', counts: undefined, failure: undefined };
    try {
      while (reader.pos < reader.len) {
        if (!this.passShort(bytes, reader, survey)) this.pass(reader, survey);
      }
    } catch (error) {
      survey.store = undefined;
      survey.failure = error;
    }
    return survey;
  }

  /** As {@link pass} for what nearly all fields are: a tag and a length of one byte each. */
  private passShort(bytes: Buffer, reader: StrictReader, survey: Survey): boolean {
    const { pos } = reader;
    if (pos + 1 >= bytes.length) return false;
    const tag = bytes[pos] as number;
    const length = bytes[pos + 1] as number;
    const end = pos + 2 + length;
    if (tag >= 0x80 || length >= 0x80 || end > bytes.length) return false;
    const step = this.steps[tag >>> 3];
    if (step === undefined || !step.isSkipped) return false;
    reader.pos = end;
    if (step.counter >= 0) this.count(step.counter, length, survey);
    return true;
  }

  /** Gets past a field as the decoder does, which goes by the field's type, whatever the wire type. */
  private pass(reader: StrictReader, survey: Survey): void {
    const tag = reader.uint32();
    const step = this.steps[tag >>> 3];
    if (step === undefined) {
      reader.skipType(tag & 7, 0);
    } else if (step.plan.kind === 'scalar') {
      reader[step.plan.read]();
    } else if (!step.isSkipped) {
      // Of several the last one counts, as it does to the decoder.
      survey.store = reader.string();
    } else {
      const length = reader.uint32();
      reader.skip(length);
      if (step.counter >= 0) this.count(step.counter, length, survey);
    }
  }

  private count(counter: number, length: number, survey: Survey): void {
    survey.counts ??= this.counted.map(() => 0);
    survey.counts[counter] = (survey.counts[counter] ?? 0) + (this.counted[counter]?.inBytes ? length : 1);
  }

  /** @throws PembaError MALFORMED_REQUEST, MALFORMED_UTF8, LIMIT */
  decode({ bytes, reader, store, counts, failure }: Survey): Request {
    if (store === undefined) throw unreadable(failure);
    if (counts !== undefined) this.assertWithinLimits(counts);
    if (isAscii(bytes)) {
      const plain = this.plain.decode(bytes);
      if (plain !== undefined) return plain;
    } else {
      const field = badUtf8Field(bytes, this.type);
      if (field !== undefined) throw notUtf8(field);
    }
    reader.pos = 0;
    try {
      // The decoder takes its reader in the place of bytes.
      return this.decoder(reader as unknown as Buffer);
    } catch (error) {
      throw unreadable(error);
    }
  }

  private assertWithinLimits(counts: readonly number[]): void {
    for (const [i, { name, limit, inBytes }] of this.counted.entries()) {
      const count = counts[i] ?? 0;
      if (!inBytes) withinLimit(this.limits, limit, count, name);
      // How many bytes of JSON it is will not be known.
      else if (count > this.limits[limit] * STRUCT_BYTES_PER_JSON_BYTE)
        throw limitReached(limit, this.limits[limit], name);
    }
  }
}

/** What a request without fields is; shared, so nobody may change what it holds. */
function blankOf<Request>(decode: (bytes: Buffer) => Request): Request {
  const blank = decode(Buffer.alloc(0));
  for (const value of Object.values(blank as object)) Object.freeze(value);
  return blank;
}

function countedOf({ name, fieldKind, message }: DescField): Counted | undefined {
  if (fieldKind === 'message' && message.typeName === STRUCT) {
    const limit = LIMIT_OF_STRUCT[name];
    if (limit === undefined) throw new PembaError('INTERNAL', `the Struct ${name} of a request has no limit`);
    return { name, limit, inBytes: true };
  }
  if (fieldKind !== 'list' && fieldKind !== 'map') return undefined;
  const limit = LIMIT_OF_LIST[name];
  if (limit === undefined) throw new PembaError('INTERNAL', `the list ${name} of a request has no limit`);
  return { name, limit, inBytes: false };
}

/** The definition with requests left as they came, for a {@link RequestReader}, and responses that may be encoded already. */
export function withRawMessages(definition: ServiceDefinition): ServiceDefinition {
  const raw = Object.entries(definition).map(
    ([name, method]): [string, MethodDefinition<unknown, unknown>] => [
      name,
      {
        ...method,
        requestDeserialize: (bytes: Buffer): unknown => bytes,
        responseSerialize: (response: unknown): Buffer =>
          Buffer.isBuffer(response) ? response : method.responseSerialize(response),
      },
    ],
  );
  return Object.fromEntries(raw);
}

function requestTypeOf<Request>(method: MethodDefinition<Request, unknown>): string {
  const { requestType } = method as unknown as { requestType: { type: { name: string } } };
  return `${PACKAGE}.${requestType.type.name}`;
}

function unreadable(cause: unknown): PembaError {
  return new PembaError(
    'MALFORMED_REQUEST',
    'the request is no valid message; make it with code generated from the service’s proto files',
    { cause },
  );
}

function notUtf8(field: string): PembaError {
  return new PembaError('MALFORMED_UTF8', `${field}: its bytes are not UTF-8; encode text as UTF-8`, {
    field,
  });
}
