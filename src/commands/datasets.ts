import { parseArgs } from 'node:util';
import { Problem } from '../kit/problem.ts';
import { endGrant, grantDataset, listGrants, setAccess, setOwner } from '../release/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak datasets list
charter-oak datasets open SLUG
charter-oak datasets key|agreement|restrict SLUG [--listed | --no-listed]
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
  const [verb, dataset, office] = positionals;
  if (verb === 'list') {
    return withInstallation(async (ctx) => {
      const { rows } = await ctx.app.query<{
        slug: string;
        access: string;
        listed: boolean;
        office: string | null;
        title: string;
      }>(
        "select slug, access, listed, office, title from private.dataset where kind <> 'external' order by slug",
      );
      for (const row of rows) {
        const access = row.access !== 'open' && row.listed ? `${row.access}, listed` : row.access;
        const owner = row.office ?? 'no owner';
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
      for (const grant of await listGrants(ctx, { dataset }))
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
