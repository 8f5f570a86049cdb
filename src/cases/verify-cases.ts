import { check, emptyHead, type Head, isCommitted, type Sealed, sealedTime } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { applyChanges, type CaseRows, type RowChanges, rowFaults } from './case-rows.ts';

export type CaseVerification = { cases: number; events: number; faults: string[]; faultCount: number };

type Row = {
  id: string;
  case: string;
  number: string | null;
  at: string;
  actor: string;
  kind: string;
  audience: string;
  commitment: Buffer;
  hash: Buffer;
  salt: Buffer | null;
  content: string | null;
  headNumber: string;
  headHash: Buffer;
  /** The last event whose content an approval has erased. */
  erasedUpTo: string | null;
  /** What the tables say of the case; beside its last event alone. */
  rows: CaseRows | null;
};

const listed = 100;
const batchSize = 1_000;

/**
 * Walks the chain of every case and names what does not hold: an event that was changed, is missing, was added or moved,
 * or whose content is another; a field of the tables that says something else than the events (a party's name, an answer, a
 * state, to whom it is given); a document that is gone or is not what the chain says was put in; and a case that was removed
 * whole, of whose opening the audit log tells. Memory stays flat.
 * Errors: not-allowed.
 */
export async function verifyCases(ctx: Ctx): Promise<CaseVerification> {
  checkPermission(ctx, 'verify-cases');
  return withTransaction(ctx.app, async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    const found: CaseVerification = { cases: 0, events: 0, faults: [], faultCount: 0 };
    const report = (message: string) => {
      found.faultCount += 1;
      if (found.faults.length < listed) found.faults.push(message);
    };
    let last: Row | undefined;
    let previous: Head = emptyHead;
    let sealed: CaseRows = {};
    const closeOne = async () => {
      if (!last) return;
      for (const fault of await changedRows(tx, last, sealed)) report(fault);
      const head = { number: BigInt(last.headNumber), hash: last.headHash };
      if (head.number > previous.number)
        report(`Case ${last.case}: its events after ${previous.number} are missing.`);
      else if (head.number !== previous.number || !head.hash.equals(previous.hash))
        report(`Case ${last.case}: its head is not its last event; one of them was changed.`);
    };
    for await (const row of readRows(tx)) {
      if (row.id !== last?.id) {
        await closeOne();
        found.cases += 1;
        previous = emptyHead;
        sealed = {};
      }
      last = row;
      if (row.number === null) continue;
      found.events += 1;
      const event: Sealed = {
        number: BigInt(row.number),
        at: sealedTime(row.at),
        actor: row.actor,
        kind: row.kind,
        subject: `case:${row.id}`,
        commitment: row.commitment,
        hash: row.hash,
      };
      const wrong = check(previous, event);
      if (wrong === 'missing') report(`Case ${row.case}: event ${previous.number + 1n} is missing.`);
      else if (wrong) report(`Case ${row.case}: event ${row.number} was changed.`);
      if (!row.content && !(row.erasedUpTo && event.number <= BigInt(row.erasedUpTo)))
        report(`Case ${row.case}: what event ${row.number} said is gone, and no approval says so.`);
      const said = row.content
        ? (JSON.parse(row.content) as { audience: string; rows?: RowChanges })
        : undefined;
      if (row.salt && row.content && !isCommitted({ salt: row.salt, text: row.content }, row.commitment))
        report(`Case ${row.case}: what event ${row.number} says was changed.`);
      else if (said && said.audience !== row.audience)
        report(`Case ${row.case}: whom event ${row.number} is for was changed.`);
      if (said?.rows) sealed = applyChanges(sealed, said.rows);
      previous = event;
    }
    await closeOne();
    for (const fault of await changedDocuments(tx)) report(fault);
    for (const number of await removedCases(tx))
      report(`Case ${number}: the audit log tells of it, and it is gone.`);
    return found;
  });
}

/** Every event of every case, in order; a case without events comes once. */
async function* readRows(tx: Tx): AsyncGenerator<Row> {
  await tx.query(`declare walk no scroll cursor for
    select c.id::text, c.number as case, e.number::text, e.at, e.actor, e.kind, e.audience, e.commitment, e.hash,
      x.salt, x.content::text as content, c.event_number::text as "headNumber", c.event_hash as "headHash",
      (select p.content -> 'before' ->> 'events' from private.case_erasure z join private.proposal p on p.id = z.proposal_id
       where z.case_id = c.id) as "erasedUpTo",
      case when e.number = c.event_number then (select jsonb_object_agg(part, fields) from private.case_rows(c.id)) end as rows
    from private.case_record c left join private.case_event e on e.case_id = c.id
      left join private.case_event_content x on x.case_id = e.case_id and x.number = e.number
    order by c.id, e.number`);
  for (;;) {
    const { rows } = await tx.query<Row>(`fetch ${batchSize} from walk`);
    yield* rows;
    if (rows.length < batchSize) return;
  }
}

/** Where the tables say something else of a case than its events. A case whose events sealed nothing yet is left alone. */
async function changedRows(tx: Tx, { case: number, rows }: Row, sealed: CaseRows): Promise<string[]> {
  if (!rows || Object.keys(sealed).length === 0) return [];
  const faults: string[] = [];
  for (const { part, field, wrong, was } of rowFaults(sealed, rows)) {
    const [table = '', id] = part.split(' ');
    // Documents that came or went are told of with what the chain says of them.
    if (table === 'case_document' && wrong !== 'changed') continue;
    if (field && people.includes(field) && rows[part]?.[field] === null && (await isDeleted(tx, was)))
      continue;
    const where = `Case ${number}: ${table}${id ? ` (row ${id})` : ''}`;
    if (wrong === 'changed') faults.push(`${where}, ${field}: it is not what the history says.`);
    else faults.push(wrong === 'gone' ? `${where}: the row is gone.` : `${where}: nobody put this row in.`);
  }
  return faults;
}

/** Columns that let go of a person who is deleted. */
const people = ['person_id', 'assignee'];

async function isDeleted(tx: Tx, person: unknown): Promise<boolean> {
  const { rows } = await tx.query('select from private.person where id::text = $1', [String(person)]);
  return rows.length === 0;
}

/** Documents whose content is another than when they were put in, that nobody put in, or that are gone. */
async function changedDocuments(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ number: string; document: string; there: boolean }>(
    `select c.number, coalesce(f.id::text, e.document) as document, f.id is not null as there
     from private.case_document f full join (
       select x.case_id, x.content ->> 'document' as document, x.content ->> 'sha256' as sha256
       from private.case_event e join private.case_event_content x using (case_id, number)
       where e.kind = 'document-added') e on e.case_id = f.case_id and e.document = f.id::text
     join private.case_record c on c.id = coalesce(f.case_id, e.case_id)
     where f.id is null or encode(sha256(f.content), 'hex') <> e.sha256
       -- Which document an erased event told of is not known any more.
       or (e.document is null and not exists (
         select from private.case_event a left join private.case_event_content x using (case_id, number)
         where a.case_id = f.case_id and a.kind = 'document-added' and x.content is null))
     order by coalesce(f.case_id, e.case_id), 2`,
  );
  return rows.map(({ number, document, there }) =>
    there
      ? `Case ${number}: document ${document} is not what was put in.`
      : `Case ${number}: document ${document} is gone.`,
  );
}

async function removedCases(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ number: string }>(
    `select substr(e.subject, 6) as number from private.audit_event e
     where e.kind = 'case-opened' and not exists (
       select from private.case_record c where 'case:' || c.number = e.subject)
     order by e.number`,
  );
  return rows.map(({ number }) => number);
}
