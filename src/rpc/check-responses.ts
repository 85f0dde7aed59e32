/**
 * The answers to checks, encoded. At one revision there are three of them, and they are the same bytes each time, so
 * they are encoded once.
 */
import { PembaError } from '../base/errors.ts';
import type { Answer } from '../engine/engine.ts';

const WIRE_ANSWERS: Record<Answer, string> = {
  allowed: 'ANSWER_ALLOWED',
  denied: 'ANSWER_DENIED',
  conditional: 'ANSWER_CONDITIONAL',
};

/** Revisions of all stores together; more than are current at a time, unless there are as many stores. */
const KEPT_REVISIONS = 1_000;

export function toWireAnswer(answer: Answer): string {
  return WIRE_ANSWERS[answer];
}

const ANSWERS: readonly Answer[] = ['allowed', 'denied', 'conditional'];

export class CheckResponses {
  private readonly encode: (response: object) => Buffer;
  /** By zookie. */
  private readonly encoded = new Map<string, Partial<Record<Answer, Buffer>>>();

  /** @param encode makes the bytes of a CheckResponse */
  constructor(encode: (response: object) => Buffer) {
    this.encode = encode;
  }

  /** The bytes of the response; not to be changed. */
  of(answer: Answer, zookie: string): Buffer {
    let ofRevision = this.encoded.get(zookie);
    if (ofRevision === undefined) {
      if (this.encoded.size >= KEPT_REVISIONS) this.encoded.clear();
      ofRevision = {};
      this.encoded.set(zookie, ofRevision);
    }
    ofRevision[answer] ??= this.encode({ answer: toWireAnswer(answer), zookie });
    return ofRevision[answer];
  }
}

/** The answers to batches: as each result is a field by itself, their bytes are put one behind the other. */
export class BatchResponses {
  private readonly encode: (response: object) => Buffer;
  private readonly results: Record<Answer, Buffer>;
  /** The last zookie, and a response that holds nothing else. */
  private zookie = '';
  private end: Buffer = Buffer.alloc(0);

  /** @param encode makes the bytes of a BatchCheckResponse */
  constructor(encode: (response: object) => Buffer) {
    this.encode = encode;
    const encoded = ANSWERS.map((answer) => [
      answer,
      encode({ results: [{ answer: toWireAnswer(answer) }] }),
    ]);
    this.results = Object.fromEntries(encoded) as Record<Answer, Buffer>;
  }

  /** The bytes of the response; undefined if one of the answers needs words. */
  of(answers: readonly (Answer | PembaError)[], zookie: string): Buffer | undefined {
    if (zookie !== this.zookie) {
      this.end = this.encode({ zookie });
      this.zookie = zookie;
    }
    let length = this.end.length;
    for (const answer of answers) {
      if (answer instanceof PembaError || answer === 'conditional') return undefined;
      length += this.results[answer].length;
    }
    const response = Buffer.allocUnsafe(length);
    let at = 0;
    for (const answer of answers) at += put(this.results[answer as Answer], response, at);
    put(this.end, response, at);
    return response;
  }
}

/** Byte by byte: they are few, and a copy of a few bytes costs more. @returns how many there are */
function put(bytes: Buffer, into: Buffer, at: number): number {
  for (let i = 0; i < bytes.length; i++) into[at + i] = bytes[i];
  return bytes.length;
}
