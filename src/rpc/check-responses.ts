/**
 * The answers to checks, encoded. At one revision there are three of them, and they are the same bytes each time, so
 * they are encoded once.
 */
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
