/**
 * Zookies: opaque tokens for a revision of a store.
 *
 * 41 bytes in base64url: format version (1), store id (8), revision (8), tag (8), MAC (16). The MAC's
 * key is kept in the database, so every node of a deployment accepts the zookies of every other.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import { quoted } from '../model/reference.ts';
import type { RevisionPoint } from '../model/revision.ts';

const FORMAT = 1;
const BODY_BYTES = 25;
const MAC_BYTES = 16;
const TEXT = /^[A-Za-z0-9_-]{55}$/;

export class ZookieCodec {
  private readonly key: Buffer;

  constructor(key: Buffer) {
    this.key = key;
  }

  encode(storeId: string, point: RevisionPoint): string {
    const body = Buffer.alloc(BODY_BYTES);
    body.writeUInt8(FORMAT, 0);
    body.writeBigInt64BE(BigInt(storeId), 1);
    body.writeBigUInt64BE(BigInt(point.revision), 9);
    body.writeBigInt64BE(BigInt(point.tag), 17);
    return Buffer.concat([body, this.macOf('', body)]).toString('base64url');
  }

  /**
   * @param field what to call it in errors
   * @throws PembaError ZOOKIE_MALFORMED, ZOOKIE_FORGED, ZOOKIE_OTHER_STORE
   */
  decode(text: string, storeId: string, field: string): RevisionPoint {
    if (!TEXT.test(text)) {
      throw new PembaError(
        'ZOOKIE_MALFORMED',
        `${field} ${quoted(text)} is not a zookie; send one as an answer or a write returned it`,
        { field },
      );
    }
    const bytes = Buffer.from(text, 'base64url');
    const body = bytes.subarray(0, BODY_BYTES);
    const format = body.readUInt8(0);
    if (format !== FORMAT) {
      throw new PembaError(
        'ZOOKIE_MALFORMED',
        `${field} ${quoted(text)} has format ${format}, which this version does not know; upgrade this node`,
        { field },
      );
    }
    if (!timingSafeEqual(this.macOf('', body), bytes.subarray(BODY_BYTES))) {
      throw new PembaError(
        'ZOOKIE_FORGED',
        `${field} ${quoted(text)} was not made by this deployment; send one as an answer or a write returned it`,
        { field },
      );
    }
    if (body.readBigInt64BE(1).toString() !== storeId) {
      throw new PembaError(
        'ZOOKIE_OTHER_STORE',
        `${field} ${quoted(text)} belongs to another store; zookies hold for the store they came from`,
        { field },
      );
    }
    return { revision: Number(body.readBigUInt64BE(9)), tag: body.readBigInt64BE(17).toString() };
  }

  /**
   * A MAC of anything else that leaves the service and comes back, such as page tokens.
   * @param purpose keeps the MACs of one kind of token from being those of another
   */
  mac(purpose: string, bytes: Buffer): Buffer {
    return this.macOf(`${purpose}\0`, bytes);
  }

  /** A zookie's bytes begin with its format, which is no letter, so no purpose is taken for one. */
  private macOf(purpose: string, bytes: Buffer): Buffer {
    return createHmac('sha256', this.key).update(purpose).update(bytes).digest().subarray(0, MAC_BYTES);
  }
}
