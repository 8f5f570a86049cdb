import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Pool } from './database.ts';
import type { Log } from './log.ts';

/** A role as it is in force: `places` null is every place, `office` null every office of these. */
export type Grant = { id: string; role: string; places: readonly string[] | null; office: string | null };

/** Who is asking, as far as the door could tell. Actions decide what that allows. */
export type Actor =
  | { kind: 'anonymous' }
  /** A checked API key for writing: into these datasets, or readings of these Things; both null means everything. */
  | {
      kind: 'key';
      keyId: string;
      name: string;
      datasets: readonly string[] | null;
      things: readonly string[] | null;
    }
  /** A checked key that somebody made to read what is open, what takes a key, and what he was granted; it writes nothing. */
  | { kind: 'reading-key'; keyId: string; personId: string; name: string }
  /** The key that everybody may try; it reads what anyone may read. */
  | { kind: 'demo-key'; keyId: string; name: string }
  /**
   * Somebody who signed in; `name` is the mail address. `grants` are the roles in force in this session, often none;
   * `method` is how the session was begun, where a session stands behind it.
   */
  | {
      kind: 'person';
      personId: string;
      sessionId: string;
      name: string;
      grants: readonly Grant[];
      /** When it ends in any case. */
      endsAt?: Date;
      method?: 'link' | 'second-factor' | 'passkey' | 'provider' | 'demonstration';
    }
  /** Anyone, while SENSORTHINGS_OPEN_WRITES is on. */
  | { kind: 'open-writes' }
  /** A person at the shell of the installation. */
  | { kind: 'operator' };

/**
 * What every action is given. `app` acts as charter_app, `public` as charter_public (schema `released` only), `granted` as
 * charter_granted: after a key was checked, what it may see besides.
 */
export type Ctx = {
  config: Config;
  clock: Clock;
  log: Log;
  app: Pool;
  public: Pool;
  granted: Pool;
  actor: Actor;
  /** Called after a commit: a named event that others may follow (wired in app.ts). Never throws. */
  emit(
    event: { kind: 'readings-stored'; readings: number } | { kind: 'dataset-changed'; datasetId: string },
  ): void;
  /** Tells the door which datasets a request writes, so that it can be counted to them. */
  concerns?(datasetIds: readonly (string | null)[]): void;
};

/** The same context for another asker. */
export function as(ctx: Ctx, actor: Actor): Ctx {
  return { ...ctx, actor };
}
