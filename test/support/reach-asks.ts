import { openCase } from '../../src/cases/index.ts';
import { saveSource } from '../../src/datasets/harvest/save-source.ts';
import { withTransaction } from '../../src/kit/database.ts';
import { proposeAuditErasure } from '../../src/people/audit/propose-audit-erasure.ts';
import { createKey, recordAudit, type Subject } from '../../src/people/index.ts';
import type { Permission } from '../../src/people/permissions.ts';
import { describeColumns } from '../../src/release/describe/describe-columns.ts';
import { proposeAccessChange } from '../../src/release/propose-access-change.ts';
import { checkRule } from '../../src/rulebook/staff/check-rule.ts';
import { proposeRule } from '../../src/rulebook/staff/propose-rule.ts';
import { draftOf } from '../../src/rulebook/staff/rule-draft.ts';
import { storeRule } from '../../src/rulebook/store-rule.ts';
import type { Rule } from '../../src/rules/index.ts';
import { makeDatastream } from './make.ts';
import { policyAsks, preparePolicy } from './reach-policy.ts';
import { prepareRetentionAsks } from './reach-retention.ts';
import { makeRule, notSpecified } from './rules.ts';
import type { Site } from './site.ts';
import { inviteStaff, makeStaff } from './staff.ts';

const works = { place: 'oakton', office: 'oakton-works' };
const question = { ...works, kind: 'question' };
const report = { ...works, kind: 'report' };
export type Ask = {
  permission: Permission;
  subject: Subject;
  path: string;
  /** A form to post; a page to read without. */
  fields?: Record<string, string>;
  /** What stands on the page alone for those who may see it. */
  secret?: RegExp;
};

/** Something of Oakton’s Public Works behind everything that staff and signed-in people can do over HTTP. */
export async function prepareAsks({ ctx }: Site): Promise<Ask[]> {
  const { dataset, datasetId } = await makeDatastream(ctx, { access: 'restricted', dataset: 'cameras' });
  const { dataset: second } = await makeDatastream(ctx, { access: 'restricted', dataset: 'plates' });
  await ctx.owner.query(`update private.dataset set place = 'oakton', office = 'oakton-works'`);
  const steward = await makeStaff(ctx, { email: 'own@example.org', role: 'data-steward', ...works });
  const proposal = await proposeAccessChange(steward.ctx, {
    dataset,
    access: 'open',
    listed: false,
    reason: 'Asked.',
  });
  const waitingPolicy = await preparePolicy(ctx, steward.ctx);
  const { rows: versions } = await ctx.owner.query(
    `select encode(version, 'hex') as version from private.proposal where id = $1`,
    [proposal.id],
  );
  const { version } = versions[0] as { version: string };
  const source = await saveSource(steward.ctx, {
    fields: {
      name: 'canary portal',
      kind: 'ckan',
      url: 'https://canary.example.org',
      office: 'oakton-works',
      every: 'P1D',
    },
  });
  // Nothing is asked of a portal here.
  await ctx.owner.query('update private.harvest_source set next_at = $1', ['2100-01-01']);
  const personal = {
    name: 'result:Plates',
    kind: 'text',
    unit: '',
    meaning: { en: 'A plate.', es: 'Una placa.' },
    sensitivity: 'personal',
  };
  await describeColumns(steward.ctx, { dataset, columns: [personal], reason: '' });
  const none = { ...personal, sensitivity: 'none' };
  await describeColumns(steward.ctx, { dataset, columns: [none], reason: 'Asked.' });
  const { rows: weakened } = await ctx.owner.query(
    `select id::text, encode(version, 'hex') as version from private.proposal where kind = 'sensitivity-change'`,
  );
  const weaker = weakened[0] as { id: string; version: string };
  // Two events about no place in particular, so about the one above all; one of them waits for erasure.
  for (let n = 0; n < 2; n++)
    await withTransaction(ctx.app, (tx) =>
      recordAudit(tx, ctx, { kind: 'key-revoked', subject: 'key:9', content: { said: 'canary said' } }),
    );
  const { rows: events } = await ctx.owner.query<{ number: string }>(
    `select number::text from private.audit_event where subject = 'key:9' order by number`,
  );
  const [waiting, canary] = events.map(({ number }) => number) as [string, string];
  const top = { place: 'valley' };
  const records = await makeStaff(ctx, { email: 'records@example.org', role: 'records-officer' });
  await proposeAuditErasure(records.ctx, { numbers: waiting, reason: 'RC-075, a test' });
  const { rows: erasures } = await ctx.owner.query(
    `select id::text, encode(version, 'hex') as version from private.proposal where kind = 'audit-erasure'`,
  );
  const erasure = erasures[0] as { id: string; version: string };
  const { rule, change } = await prepareRules(ctx);
  const { id: key } = await createKey(ctx, { name: 'canary device', datasets: [dataset] });
  await inviteStaff(ctx, { email: 'new@example.org', role: 'clerk', ...works });
  const { rows: invitations } = await ctx.owner.query('select id::text from private.invitation');
  const invitation = (invitations[0] as { id: string }).id;
  const member = await makeStaff(ctx, { email: 'member@example.org', role: 'inspector', ...works });
  const { opened } = await withTransaction(ctx.app, (tx) =>
    openCase(tx, ctx, {
      kind: 'question',
      letters: 'ASK',
      state: 'sent',
      ...works,
      title: 'The canary case',
      event: { kind: 'question-asked', content: {} },
    }),
  );
  await ctx.owner.query(
    `insert into private.question (case_id, topic, place, question, language, share_email)
     values ($1, 'sensors', 'oakton', 'What says the canary?', 'en', false)`,
    [opened.id],
  );
  const reported = await withTransaction(ctx.app, (tx) =>
    openCase(tx, ctx, {
      kind: 'report',
      letters: 'RPT',
      state: 'received',
      ...works,
      title: 'The canary report',
      event: { kind: 'report-received', content: {} },
    }),
  );
  await ctx.owner.query(
    `insert into private.report (case_id, what, spot, said, language)
     values ($1, 'missing-dataset', '', 'What the canary reports', 'en')`,
    [reported.opened.id],
  );
  const breach = await withTransaction(ctx.app, (tx) =>
    openCase(tx, ctx, {
      kind: 'breach',
      letters: 'BRE',
      state: 'open',
      ...works,
      title: 'A canary breach',
      event: { kind: 'breach-found', content: {} },
    }),
  );
  await ctx.owner.query(
    `with t as (insert into private.takedown (dataset_id, cause, reason, was, taken_by, taken_at)
       values ($1, 'personal-data', 'What the canary breach is', '{}', 'operator', now()) returning id)
     insert into private.breach (case_id, takedown_id, exposure) select $2, id, '{}' from t`,
    [datasetId, breach.opened.id],
  );
  const manage = { ...works, person: `person:${member.personId}` };
  const ofKey: Subject = { ...works, person: null, datasetIds: [datasetId] };
  const form = (permission: Permission, subject: Subject, path: string, fields: Record<string, string>) => ({
    permission,
    subject,
    path,
    fields,
  });
  const page = (permission: Permission, path: string, subject: Subject, secret?: RegExp): Ask => ({
    permission,
    subject,
    path,
    ...(secret ? { secret } : {}),
  });
  const where = 'oakton/oakton-works';
  return [
    ...(await prepareRetentionAsks(ctx)),
    page('see-staff', '/en/staff/people', works, /member@example\.org/),
    page('see-managed-datasets', '/en/staff/datasets', works, /Dataset (cameras|plates)/),
    page('see-managed-datasets', '/en/staff/datasets/cameras', works, /Dataset cameras/),
    page('see-managed-datasets', '/en/staff/datasets/cameras/publish', works, /Dataset cameras/),
    page('manage-tables', '/en/staff/datasets/cameras/table', works, /Table of Dataset cameras/),
    page('import-readings', '/en/staff/datasets/cameras/import', works, /Import into Dataset cameras/),
    page('describe-dataset', '/en/staff/datasets/new', works),
    form('describe-dataset', works, '/en/staff/datasets/new', {
      title: 'Stolen',
      description: 'd',
      topic: 'other',
      office: 'oakton-works',
      slug: '',
    }),
    form('describe-dataset', works, '/en/staff/datasets/cameras', {
      do: 'people',
      custodian: '',
      contact: 'stolen@example.org',
    }),
    form('describe-dataset', works, '/en/staff/datasets/cameras', {
      do: 'column',
      '0.name': 'stolen',
      '0.kind': 'text',
      '0.unit': '',
      '0.meaning.en': 'x',
      '0.meaning.es': 'x',
      '0.sensitivity': 'none',
    }),
    form('propose-access-change', works, '/en/staff/datasets/plates/publish', { reason: 'r' }),
    ...policyAsks(works, { ...waitingPolicy, proposedBy: `person:${steward.personId}` }),
    form(
      'decide-access-change',
      { ...works, proposedBy: `person:${steward.personId}` },
      '/en/staff/datasets/cameras',
      { do: 'approve', proposal: weaker.id, version: weaker.version },
    ),
    form('describe-dataset', works, `/en/staff/datasets/${dataset}`, {
      do: 'footage',
      camera: 'c',
      location: 'l',
      basis: '',
    }),
    page('see-harvest', '/en/staff/harvest', works, /canary portal/),
    page('see-harvest', `/en/staff/harvest/${source}`, works, /canary portal/),
    form('manage-harvest', works, '/en/staff/harvest', {
      do: 'save',
      name: 'n',
      kind: 'ckan',
      url: 'https://data.example.org',
      office: 'oakton-works',
      every: 'P1D',
    }),
    ...['save', 'now', 'stopped', 'started', 'missing', 'all', 'hide', 'show'].map((wish) =>
      form('manage-harvest', works, `/en/staff/harvest/${source}`, {
        do: wish,
        name: 'n',
        kind: 'ckan',
        url: 'https://data.example.org',
        office: 'oakton-works',
        every: 'P1D',
        entry: 'canary-entry',
      }),
    ),
    page('see-cases', '/en/staff/cases', question, /The canary case/),
    page('see-cases', `/en/staff/question/${opened.number}`, question, /What says the canary/),
    page('see-breaches', `/en/staff/breach/${breach.opened.number}`, works, /What the canary breach is/),
    page('see-cases', '/en/staff/cases', { ...works, kind: 'breach' }, /A canary breach/),
    ...['redaction', 'close'].map((wish) =>
      form('work-on-breaches', works, `/en/staff/breach/${breach.opened.number}`, {
        do: wish,
        decision: 'ordered',
        reason: 'r',
        source: 's',
        statement: 's',
      }),
    ),
    ...['note', 'task', 'assign', 'review'].map((wish) =>
      form('work-on-breaches', works, `/en/staff/breach/${breach.opened.number}`, {
        do: wish,
        body: 'b',
        title: 't',
        to: 'oakton-works/',
        review: '',
      }),
    ),
    page('take-down', '/en/staff/datasets/cameras/take-down', works),
    form('take-down', works, '/en/staff/datasets/cameras/take-down', { cause: 'wrong', reason: 'r' }),
    page('see-cases', `/en/staff/report/${reported.opened.number}`, report, /What the canary reports/),
    form('work-on-cases', report, `/en/staff/report/${reported.opened.number}`, {
      do: 'answer',
      outcome: 'reply',
      reply: 'r',
      version: '',
    }),
    ...['note', 'task', 'assign', 'answer', 'close', 'review'].map((wish) =>
      form('work-on-cases', question, `/en/staff/question/${opened.number}`, {
        do: wish,
        body: 'b',
        title: 't',
        to: 'oakton-clerk/',
        answer: 'a',
        how: 'here',
        day: '2026-11-25',
        review: '',
        reason: 'r',
      }),
    ),
    page('see-case-erasures', '/en/staff/cases/erasures', works),
    form('propose-case-erasure', works, '/en/staff/cases/erasures', {
      do: 'propose',
      number: opened.number,
      reason: 'canary disposition',
    }),
    form('decide-case-erasure', works, '/en/staff/cases/erasures', {
      do: 'approved',
      sure: 'yes',
      proposal: '1',
      version: 'x',
    }),
    page('device-keys', '/en/staff/keys', ofKey, /canary device/),
    page('keep-keys', `/en/staff/keys/${key}`, ofKey, /canary device/),
    page('see-rules', '/en/staff/rules', { place: 'oakton' }, /the text is gone<|a change waits</),
    page('see-rules', `/en/staff/rules/${rule.id}`, { place: 'oakton' }, /canary check/),
    page('see-rules', '/en/staff/rules/waiting', { place: 'oakton' }, /canary proposal/),
    page('propose-rule', '/en/staff/rules/new', { place: 'oakton' }),
    form('propose-rule', { place: 'oakton' }, '/en/staff/rules/new', {
      ...draftOf({ ...rule, says: { en: 'Taken over.', es: 'Tomada.' } }),
      corrects: rule.recordedAt,
      reason: 'r',
    }),
    form('decide-rule', { place: 'oakton', proposedBy: change.by }, '/en/staff/rules/waiting', {
      do: 'approve',
      proposal: change.id,
      version: change.version,
    }),
    form('check-rule', { place: 'oakton' }, `/en/staff/rules/${rule.id}`, {
      recordedAt: rule.recordedAt,
      result: 'agrees',
      note: '',
    }),
    page('read-audit-log', '/en/staff/audit', top, /canary said/),
    page('read-audit-log', `/en/staff/audit/${canary}`, top, /canary said/),
    page('read-audit-log', '/staff/audit.jsonl', top, /canary said/),
    page('read-audit-erasures', '/en/staff/audit/erasures', top, /RC-075/),
    form('verify-audit-log', top, '/en/staff/audit', { do: 'verify' }),
    form('propose-audit-erasure', top, '/en/staff/audit/erasures', {
      do: 'propose',
      numbers: canary,
      reason: 'r',
    }),
    form(
      'decide-audit-erasure',
      { ...top, proposedBy: `person:${records.personId}` },
      '/en/staff/audit/erasures',
      {
        do: 'approved',
        sure: 'yes',
        id: erasure.id,
        version: erasure.version,
        reason: 'r',
      },
    ),
    form('manage-staff', { ...works, person: null }, '/en/staff/people', {
      do: 'invite',
      name: 'X',
      email: 'x@example.org',
      role: 'clerk',
      where,
      language: 'en',
    }),
    form('manage-staff', { ...works, person: null }, '/en/staff/people', { do: 'take-back', invitation }),
    form('manage-staff', manage, '/en/staff/people', {
      do: 'give',
      person: member.personId,
      role: 'auditor',
      where,
    }),
    form('manage-staff', manage, '/en/staff/people', { do: 'take', grant: member.grant }),
    form('manage-staff', manage, '/en/staff/people', { do: 'reset', person: member.personId }),
    form('manage-staff', manage, '/en/staff/people', { do: 'end-sessions', person: member.personId }),
    form('appoint-operators', { ...manage, place: null, office: null }, '/en/staff/people', {
      do: 'give',
      person: member.personId,
      role: 'installation-operator',
      where: '',
    }),
    form('propose-access-change', works, '/en/staff/datasets', {
      do: 'ask',
      dataset: second,
      to: 'open',
      reason: 'r',
    }),
    form(
      'decide-access-change',
      { ...works, proposedBy: `person:${steward.personId}` },
      '/en/staff/datasets',
      {
        do: 'approve',
        proposal: proposal.id,
        version,
      },
    ),
    form('device-keys', ofKey, '/en/staff/keys', {
      do: 'make',
      'make-key': '1',
      name: 'n',
      dataset,
      datasets: dataset,
      expires: '',
    }),
    ...['rename', 'rotate', 'revoke'].map((wish) =>
      form('keep-keys', ofKey, `/en/staff/keys/${key}`, {
        do: wish,
        sure: 'yes',
        name: 'stolen',
        grace: '0',
      }),
    ),
    page('own-roles', '/en/staff', {}),
    form('own-roles', { person: member.personId }, '/en/staff', { do: 'end', grant: member.grant }),
    page('own-account', '/en/account', {}),
    form('own-account', {}, '/en/account', { do: 'delete', sure: 'yes' }),
    form('own-keys', {}, '/en/account', { do: 'make-key', name: 'n', purpose: 'p', expires: '' }),
    page('own-factors', '/en/account/security', {}),
    form('own-factors', {}, '/en/account/security', { do: 'codes' }),
  ];
}

/** A rule of Oakton that has been compared with its text, and another one that waits for approval. */
async function prepareRules(ctx: Site['ctx']) {
  await ctx.owner.query('update released.rulebook set version = version + 1, topics = $1', [
    JSON.stringify([{ id: 'canary', name: { en: 'Canary', es: 'Canario' }, words: { en: [], es: [] } }]),
  ]);
  const gap = { ...notSpecified, ask: ['oakton-clerk'] } as Rule['value'];
  const says = { en: 'A canary rule.', es: 'Una norma.' };
  const rule = makeRule('oakton', 'canary', 'fine', gap, { says, offices: [] });
  await withTransaction(ctx.app, (tx) => storeRule(tx, ctx, rule));
  const editor = await makeStaff(ctx, { email: 'editor@example.org', role: 'rule-editor', place: 'oakton' });
  await checkRule(editor.ctx, {
    rule: rule.id,
    recordedAt: rule.recordedAt,
    result: 'gone',
    note: 'canary check',
  });
  const { recordedAt: _, ...added } = makeRule('oakton', 'canary', 'fee', gap, { offices: [] });
  const { id } = await proposeRule(editor.ctx, { rule: added, corrects: null, reason: 'canary proposal' });
  const { rows } = await ctx.owner.query(
    `select encode(version, 'hex') as version from private.proposal where id = $1`,
    [id],
  );
  return { rule, change: { id, version: rows[0].version as string, by: `person:${editor.personId}` } };
}
