import { check, emptyHead, type Head, isCommitted, type Sealed } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { type AuditRow, auditColumns, fromAuditRow } from './audit-event.ts';
import { checkPermission } from './permissions.ts';

export type AuditFault = {
  /** The event where it shows. */
  number: bigint;
  kind: 'changed' | 'missing' | 'out-of-order' | 'content-differs' | 'cut-off' | 'head-differs' | 'rewritten';
  message: string;
};

export type AuditVerification = {
  events: number;
  /** Events whose content has been erased; they verify without it. */
  erased: number;
  /** The last event: what to keep elsewhere, to hand in the next time. */
  head: Head;
  faults: AuditFault[];
  /** All of them; `faults` holds the first hundred. */
  faultCount: number;
};

const batchSize = 1_000;
const listed = 100;

/**
 * Walks the whole audit log and says what does not hold. Memory stays flat however long it is. `remembered` is a head
 * that somebody kept: only it shows that the log was written anew from some event on. Errors: not-allowed.
 */
export async function verifyAuditLog(
  ctx: Ctx,
  input: { remembered?: Head } = {},
): Promise<AuditVerification> {
  checkPermission(ctx, 'read-audit-log');
  return withTransaction(ctx.app, async (tx) => {
    // One snapshot, so that what is written meanwhile is no fault.
    await tx.query('set transaction isolation level repeatable read, read only');
    return walk(tx, input.remembered);
  });
}

async function walk(tx: Tx, remembered: Head | undefined): Promise<AuditVerification> {
  const faults: AuditFault[] = [];
  let faultCount = 0;
  const report = (number: bigint, kind: AuditFault['kind'], message: string) => {
    faultCount += 1;
    if (faults.length < listed) faults.push({ number, kind, message });
  };
  // Those that do not follow, each with what it should have followed.
  const broken: { event: Sealed; previous: Head; fault: AuditFault | undefined }[] = [];
  let previous = emptyHead;
  let [events, erased] = [0, 0];
  let remembers = remembered?.number === 0n && remembered.hash.equals(emptyHead.hash);

  for await (const { event, content } of readEvents(tx)) {
    const { number } = event;
    events += 1;
    const wrong = check(previous, event);
    if (wrong === 'missing') {
      report(previous.number + 1n, wrong, `${range(previous.number + 1n, number - 1n)} missing.`);
    } else if (wrong) {
      report(
        number,
        wrong,
        `Event ${number} was changed, or event ${previous.number} was changed and sealed anew.`,
      );
      if (broken.length < listed) broken.push({ event, previous, fault: faults[faultCount - 1] });
    }
    if (!content) erased += 1;
    else if (!isCommitted(content, event.commitment)) {
      report(
        number,
        'content-differs',
        `The content of event ${number} is not what was recorded: it, its salt or the event's commitment was changed.`,
      );
    }
    if (remembered?.number === number) remembers = remembered.hash.equals(event.hash);
    previous = event;
  }
  nameMoved(broken);

  const { rows } = await tx.query<{ number: string; hash: Buffer }>(
    'select number, hash from private.audit_head',
  );
  const head = rows[0] && { number: BigInt(rows[0].number), hash: rows[0].hash };
  const last = previous.number;
  if (!head) report(last, 'head-differs', 'The head of the log is missing.');
  else if (head.number > last) {
    report(last + 1n, 'cut-off', `The end was cut off: ${range(last + 1n, head.number)} missing.`);
  } else if (head.number < last) {
    report(
      head.number + 1n,
      'head-differs',
      `The head of the log is event ${head.number}: ${range(head.number + 1n, last)} not recorded by this program, or the head was changed.`,
    );
  } else if (!head.hash.equals(previous.hash)) {
    report(
      last,
      'head-differs',
      `The head of the log has another hash than event ${last}: one of them was changed.`,
    );
  }
  if (remembered && !remembers) {
    report(
      remembered.number,
      'rewritten',
      `The head that you kept is not in the log: event ${remembered.number} or one before it was rewritten or taken out.`,
    );
  }
  return { events, erased, head: { number: last, hash: previous.hash }, faults, faultCount };
}

/** An event that fits, under another number, where another broken one stands was moved from there. */
function nameMoved(broken: { event: Sealed; previous: Head; fault: AuditFault | undefined }[]): void {
  for (const { event, fault } of broken) {
    const home = broken.find(
      (other) => other.event !== event && !check(other.previous, { ...event, number: other.event.number }),
    );
    if (!home || !fault) continue;
    fault.kind = 'out-of-order';
    fault.message = `Event ${event.number} is out of order: it was recorded as event ${home.event.number}.`;
  }
}

async function* readEvents(tx: Tx) {
  for (let after: string | undefined = String(-(2n ** 63n)); after !== undefined; ) {
    const { rows }: { rows: (AuditRow & { salt: Buffer | null; content: string })[] } = await tx.query(
      `select ${auditColumns}, c.salt, c.content::text as content
       from private.audit_event e left join private.audit_content c using (number)
       where e.number > $1 order by e.number limit ${batchSize}`,
      [after],
    );
    for (const { salt, content, ...row } of rows) {
      yield { event: fromAuditRow(row), content: salt ? { salt, text: content } : undefined };
    }
    after = rows.length === batchSize ? rows.at(-1)?.number : undefined;
  }
}

function range(from: bigint, to: bigint): string {
  return from === to ? `event ${from} is` : `events ${from} to ${to} are`;
}
