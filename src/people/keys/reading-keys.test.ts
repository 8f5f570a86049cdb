import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { type Actor, as, type Ctx } from '../../kit/context.ts';
import { isPermitted } from '../permissions.ts';
import { deleteAccount } from '../sign-in/delete-account.ts';
import { readAccount } from '../sign-in/read-account.ts';
import { acceptTerms } from './accept-terms.ts';
import { checkKey } from './check-key.ts';
import { createReadingKey } from './create-reading-key.ts';
import { mostKeyChangesADay, mostReadingKeys, mostReadingKeysADay } from './key-defaults.ts';
import { publishTerms } from './publish-terms.ts';
import { renameKey } from './rename-key.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

const db = testDatabase();
const fields = { name: 'Map of my street', purpose: 'A school project' };

async function person(email: string): Promise<Ctx> {
  const { rows } = await db.ctx.owner.query<{ id: string; session: string }>(
    `with p as (insert into private.person (email, language, created_at) values ($1, 'en', now()) returning id)
     insert into private.session (secret_hash, person_id, browser, created_at, seen_at, expires_at)
     select sha256($1::bytea), id, '', now(), now(), now() + interval '1 day' from p returning person_id as id, id as session`,
    [email],
  );
  const { id, session } = rows[0] as { id: string; session: string };
  return as(db.ctx, { kind: 'person', personId: id, sessionId: session, name: email, grants: [] });
}
// Without what this process remembers of keys: as another process sees them.
const elsewhere = (): Ctx => {
  const { app } = db.ctx;
  return { ...db.ctx, app: { query: app.query.bind(app) } as unknown as typeof app };
};

const personOf = (ctx: Ctx) => (ctx.actor.kind === 'person' ? ctx.actor.personId : '');

describe('a key for reading', () => {
  test('is shown once, stored as a hash, and writes nothing', async () => {
    const ctx = await person('a@example.org');
    const { id, key } = await createReadingKey(ctx, fields);
    const { rows } = await db.ctx.owner.query<{ all: string }>(
      'select k::text as all from private.api_key k',
    );
    assert.ok(!rows.some((row) => row.all.includes(key.slice(12))));
    const actor: Actor = await checkKey(elsewhere(), key);
    assert.deepEqual(actor, { kind: 'reading-key', keyId: id, personId: personOf(ctx), name: fields.name });
    for (const permission of ['write-entities', 'own-keys', 'manage-keys'] as const)
      assert.equal(isPermitted(as(db.ctx, actor), permission), false, permission);
    const listed = (await readAccount(ctx)).keys[0];
    assert.deepEqual([listed?.name, listed?.purpose, listed?.revokedAt], [...Object.values(fields), null]);
    assert.ok(key.startsWith(`co_${listed?.prefixes[0]}_`));
  });

  test('is revoked by its maker alone, and ends with the account', async () => {
    const [maker, other] = [await person('b@example.org'), await person('c@example.org')];
    const { id, key } = await createReadingKey(maker, fields);
    const second = await createReadingKey(maker, fields);
    await assert.rejects(revokeKey(other, { id }), { kind: 'not-found' });
    await checkKey(db.ctx, key);
    await revokeKey(maker, { id });
    await assert.rejects(checkKey(db.ctx, key), { kind: 'signed-out' });
    await assert.rejects(revokeKey(maker, { id }), { kind: 'not-found' });
    await checkKey(db.ctx, second.key);
    await deleteAccount(maker);
    await checkKey(db.ctx, second.key).then(
      () => assert.fail('it outlives the account'),
      (error) => assert.equal(error.kind, 'signed-out'),
    );
  });

  test('needs a name and a purpose, and there are not too many, also at once', async () => {
    const ctx = await person('d@example.org');
    for (const wrong of [{ name: '' }, { purpose: ' ' }, { name: 'x'.repeat(101) }, { purpose: 'a\0' }])
      await assert.rejects(createReadingKey(ctx, { ...fields, ...wrong }), { kind: 'invalid' });
    const made = await Promise.allSettled(Array.from({ length: 12 }, () => createReadingKey(ctx, fields)));
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, mostReadingKeys);
    const [first] = (await readAccount(ctx)).keys;
    await revokeKey(ctx, { id: first?.id ?? '' });
    for (let n = mostReadingKeys; n < mostReadingKeysADay; n++) {
      const { id } = await createReadingKey(ctx, fields);
      await revokeKey(ctx, { id });
    }
    await assert.rejects(createReadingKey(ctx, fields), { kind: 'too-many' });
  });

  test('fills the audit log with nothing: not renamed or rotated without end, nor by terms accepted again', async () => {
    const ctx = await person('busy@example.org');
    const { id } = await createReadingKey(ctx, fields);
    for (let n = 0; n < mostKeyChangesADay; n++) {
      await renameKey(ctx, { id, name: `name ${n}` });
      await rotateKey(ctx, { id, grace: 0 });
    }
    await assert.rejects(renameKey(ctx, { id, name: 'once more' }), { kind: 'too-many' });
    await assert.rejects(rotateKey(ctx, { id, grace: 0 }), { kind: 'too-many' });
    const events = async () =>
      (await db.ctx.owner.query('select count(*)::int from private.audit_event')).rows[0].count;
    const { id: terms } = await publishTerms(db.ctx, {
      version: '1',
      source: 'A test',
      text: { en: 'Be fair.' },
    });
    const before = await events();
    await acceptTerms(ctx, { terms: [terms] });
    await acceptTerms(ctx, { terms: [terms] });
    assert.equal(await events(), before + 1);
    db.ctx.clock.advance(86_400_001);
    await rotateKey(ctx, { id, grace: 0 });
  });
});
