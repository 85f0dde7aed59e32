/** Page tokens: where the next page begins, under a MAC, so that any node of the deployment accepts them. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import { type LimitName, type Limits, withinLimit } from '../base/limits.ts';
import { quoted } from '../model/reference.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import type { Consistency } from './consistency.ts';

const MAC_BYTES = 16;

/** What a page token carries. */
export interface Cursor {
  /** Of {@link hashOf}: the question that all pages belong to. */
  queryHash: string;
  /** The revision of all pages, where they have one. */
  zookie: string;
}

/** @typeParam C what one kind of token carries; JSON */
export class PageTokens<C extends Pick<Cursor, 'queryHash'>> {
  private readonly zookies: ZookieCodec;
  private readonly purpose: string;
  private readonly asked: string;

  /**
   * @param purpose keeps the tokens of one kind from being those of another
   * @param asked what the pages are of, in errors, such as `filter`
   */
  constructor(zookies: ZookieCodec, purpose: string, asked: string) {
    this.zookies = zookies;
    this.purpose = purpose;
    this.asked = asked;
  }

  encode(cursor: C): string {
    const body = Buffer.from(JSON.stringify(cursor));
    return Buffer.concat([this.zookies.mac(this.purpose, body), body]).toString('base64url');
  }

  /**
   * @param token empty for the first page, which has no cursor
   * @throws PembaError PAGE_TOKEN_INVALID
   */
  decode(token: string, queryHash: string): C | undefined {
    if (token === '') return undefined;
    const bytes = Buffer.from(token, 'base64url');
    const body = bytes.subarray(MAC_BYTES);
    if (
      // Decoding skips what is no base64url.
      bytes.toString('base64url') !== token ||
      bytes.length <= MAC_BYTES ||
      !timingSafeEqual(this.zookies.mac(this.purpose, body), bytes.subarray(0, MAC_BYTES))
    ) {
      throw pageTokenInvalid(token, 'it is not one; send `next_page_token` of the page before as it is');
    }
    const cursor = JSON.parse(body.toString()) as C;
    if (cursor.queryHash !== queryHash) {
      throw pageTokenInvalid(
        token,
        `it belongs to another ${this.asked} or store; send the same request with each page`,
      );
    }
    return cursor;
  }
}

/** @param what it is instead, and what to send */
export function pageTokenInvalid(token: string, what: string): PembaError {
  return new PembaError('PAGE_TOKEN_INVALID', `page_token ${quoted(token)}: ${what}`, {
    field: 'page_token',
  });
}

/** A hash of a question; JSON keeps parts from running into each other. */
export function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * @param limit the one that bounds pages
 * @throws PembaError MALFORMED_REQUEST, LIMIT
 */
export function assertPageSize(pageSize: number, limits: Limits, limit: LimitName, zeroMeans: string): void {
  if (pageSize < 0) {
    throw new PembaError('MALFORMED_REQUEST', `page_size: ${pageSize} is negative; send 0 for ${zeroMeans}`, {
      field: 'page_size',
    });
  }
  withinLimit(limits, limit, pageSize, 'page_size');
}

/** A page token carries its revision. @throws PembaError MALFORMED_REQUEST */
export function assertNoConsistency(consistency: Consistency): void {
  if (consistency.mode === 'minimize_latency') return;
  throw new PembaError(
    'MALFORMED_REQUEST',
    'consistency: a page token carries the revision already; leave consistency out',
    { field: 'consistency' },
  );
}
