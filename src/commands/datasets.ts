import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { Problem } from '../kit/problem.ts';
import {
  endGrant,
  grantDataset,
  listGrants,
  readPolicy,
  reviewHint,
  setAccess,
  setOwner,
  setPolicy,
} from '../release/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak datasets list
charter-oak datasets open SLUG
charter-oak datasets key|agreement|restrict SLUG [--listed | --no-listed]
charter-oak datasets policy SLUG [FILE.yaml]   what is released in which form; with a file, put it in force
charter-oak datasets hints SLUG                seeming personal data that nobody has looked at
charter-oak datasets review SLUG COLUMN KIND --reason TEXT
charter-oak datasets grant SLUG MAIL --reason TEXT [--until DAY]   to a person with an account, for class agreement
charter-oak datasets grants SLUG
charter-oak datasets end-grant ID --reason TEXT
charter-oak datasets own SLUG OFFICE      the office that owns it and answers for it`;

export async function datasets(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: { listed: { type: 'boolean' }, reason: { type: 'string' }, until: { type: 'string' } },
  });
  const [verb, dataset, office, kind] = positionals;
  if (verb === 'list') {
    return withInstallation(async (ctx) => {
      const { rows } = await ctx.app.query<{
        slug: string;
        access: string;
        listed: boolean;
        office: string | null;
        title: string;
        heldBack: string | null;
      }>(
        'select slug, access, listed, office, title, held_back as "heldBack" from private.dataset where kind <> \'external\' order by slug',
      );
      for (const row of rows) {
        const access = row.access !== 'open' && row.listed ? `${row.access}, listed` : row.access;
        const wish = row.heldBack ? ` (asked for ${row.heldBack})` : '';
        const owner = row.office ?? `no owner${wish}`;
        console.log(`${row.slug.padEnd(45)} ${access.padEnd(20)} ${owner.padEnd(30)} ${row.title}`);
      }
      return 0;
    });
  }
  if ((verb === 'open' || verb === 'key' || verb === 'agreement' || verb === 'restrict') && dataset) {
    return withInstallation(async (ctx) => {
      const access = verb === 'restrict' ? 'restricted' : verb;
      const { readingsMoved } = await setAccess(ctx, { dataset, access, listed: values.listed });
      console.log(`${dataset} is of class ${access} now; ${readingsMoved} readings moved.`);
      return 0;
    });
  }
  if (verb === 'policy' && dataset) {
    return withInstallation(async (ctx) => {
      if (office === undefined) {
        const { versions, faults, settling } = await readPolicy(ctx, { dataset });
        console.log(stringify(versions[0]?.content ?? { steps: [], reason: '' }));
        if (settling) console.log('Readings are being released anew.');
        for (const { name, fault } of faults)
          console.log(`Not released: ${name}${fault ? ` (${fault})` : ''}`);
        return 0;
      }
      const policy: unknown = parse(await readFile(office, 'utf8'));
      const { version, readings } = await setPolicy(ctx, { dataset, policy });
      console.log(
        `Version ${version} of the policy of ${dataset} is in force; ${readings} readings were treated.`,
      );
      return 0;
    });
  }
  if (verb === 'hints' && dataset) {
    return withInstallation(async (ctx) => {
      const { hints } = await readPolicy(ctx, { dataset });
      for (const hint of hints)
        console.log(`${hint.foundIn}  ${hint.kind}  ${hint.times} times, such as: ${hint.example}`);
      return 0;
    });
  }
  if (verb === 'review' && dataset && office && kind) {
    return withInstallation(async (ctx) => {
      await reviewHint(ctx, { dataset, foundIn: office, kind, reason: values.reason ?? '' });
      console.log(`Recorded: ${office} (${kind}) of ${dataset} may go.`);
      return 0;
    });
  }
  if (verb === 'grant' && dataset && office) {
    const until = values.until === undefined ? undefined : new Date(values.until);
    if (until && Number.isNaN(until.getTime())) throw new Problem('invalid', `“${values.until}” is no day.`);
    return withInstallation(async (ctx) => {
      const reason = values.reason ?? '';
      const { id } = await grantDataset(ctx, { dataset, email: office, reason, until });
      console.log(
        `Grant ${id}: ${office} reads ${dataset} with a key of their own while its class is agreement.`,
      );
      return 0;
    });
  }
  if (verb === 'grants' && dataset) {
    return withInstallation(async (ctx) => {
      for (const grant of (await listGrants(ctx, { dataset })).grants)
        console.log(
          [grant.id, grant.email, grant.from, grant.endedAt ?? grant.until ?? 'no end', grant.reason].join(
            '  ',
          ),
        );
      return 0;
    });
  }
  if (verb === 'end-grant' && dataset) {
    return withInstallation(async (ctx) => {
      await endGrant(ctx, { grant: dataset, reason: values.reason ?? '' });
      console.log(`Grant ${dataset} has ended.`);
      return 0;
    });
  }
  if (verb === 'own' && dataset && office) {
    return withInstallation(async (ctx) => {
      await setOwner(ctx, { dataset, office });
      console.log(`${dataset} belongs to ${office} now.`);
      return 0;
    });
  }
  console.error(usage);
  return 2;
}
