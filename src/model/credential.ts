/** Credentials: who may call, and what for. */

/** What a credential is good for; each level includes those before it. */
export const LEVELS = ['read', 'governed_write', 'write', 'admin'] as const;
export type Level = (typeof LEVELS)[number];

export interface Credential {
  /** The part of the token that may be shown. */
  id: string;
  storeId: string;
  /** SHA-256 of the token's secret part. */
  secretHash: Buffer;
  level: Level;
  description: string;
  /** Milliseconds since 1970, as are the others. */
  createdAt: number;
  expiresAt: number | undefined;
  revokedAt: number | undefined;
}

/** True if a credential of level `have` may do what needs level `need`. */
export function includesLevel(have: Level, need: Level): boolean {
  return LEVELS.indexOf(have) >= LEVELS.indexOf(need);
}
