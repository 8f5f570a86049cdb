import { check, emptyHead, type Head, isCommitted, type Sealed } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { type AuditRow, auditColumns, fromAuditRow } from './audit-event.ts';
import { topPlace } from './audit-filter.ts';

export type AuditFault = {
  /** The event where it shows. */
  number: bigint;
  kind:
    | 'changed'
    | 'missing'
    | 'out-of-order'
    | 'content-differs'
    | 'content-missing'
    | 'cut-off'
    | 'head-differs'
    | 'rewritten';
  message: string;
};

export type AuditVerification = {
  events: number;
  /** Events whose content has been erased; they verify without it. */
  erased: number;
  /** The last event that was checked. Of a complete log: what to keep elsewhere, to hand in the next time. */
  head: Head;
  /** Whether the end was reached; else go on after `head.number`. */
  complete: boolean;
  faults: AuditFault[];
  /** All of them; `faults` holds the first hundred. */
  faultCount: number;
};

const batchSize = 1_000;
const listed = 100;

/**
 * Walks the audit log and says what does not hold. Memory stays flat however long it is. `remembered` is a head that
 * somebody kept: only it shows that the log was written anew from some event on. With `most`, it stops after so many
 * events, and goes on `after` a number the next time. A time before its predecessor's is no fault: clocks are set back.
 * Errors: not-allowed, not-found.
 */
export async function verifyAuditLog(
  ctx: Ctx,
  input: { remembered?: Head; after?: bigint; most?: number } = {},
): Promise<AuditVerification> {
  checkPermission(ctx, 'verify-audit-log');
  return withTransaction(ctx.app, async (tx) => {
    // One snapshot, so that what is written meanwhile is no fault.
    await tx.query('set transaction isolation level repeatable read, read only');
    const { rows } = await tx.query<{ place: string | null }>(`select ${topPlace} as place`);
    checkPermission(ctx, 'verify-audit-log', { place: rows[0]?.place });
    return walk(tx, input.remembered, await startAt(tx, input.after ?? 0n), input.most ?? Infinity);
  });
}

async function startAt(tx: Tx, number: bigint): Promise<Head> {
  if (number === 0n) return emptyHead;
  const { rows } = await tx.query<{ hash: Buffer }>(
    'select hash from private.audit_event where number = $1',
    [String(number)],
  );
  if (!rows[0]) throw new Problem('not-found', `There is no event ${number} to go on from.`);
  return { number, hash: rows[0].hash };
}

async function walk(
  tx: Tx,
  remembered: Head | undefined,
  start: Head,
  most: number,
): Promise<AuditVerification> {
  const faults: AuditFault[] = [];
  let faultCount = 0;
  const report = (number: bigint, kind: AuditFault['kind'], message: string) => {
    faultCount += 1;
    if (faults.length < listed) faults.push({ number, kind, message });
  };
  // Those that do not follow, each with what it should have followed.
  const broken: { event: Sealed; previous: Head; fault: AuditFault | undefined }[] = [];
  let previous = start;
  let [events, erased, complete] = [0, 0, true];
  let remembers = remembered?.number === 0n && remembered.hash.equals(emptyHead.hash);
  const approved = await approvedErasures(tx);

  for await (const { event, content } of readEvents(tx, start)) {
    if (events === most) {
      complete = false;
      break;
    }
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
    if (!content) {
      erased += 1;
      if (!approved.has(String(number)))
        report(number, 'content-missing', `What event ${number} said is gone, and no approval says so.`);
    } else if (!isCommitted(content, event.commitment)) {
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
  const found = { events, erased, head: { number: previous.number, hash: previous.hash }, complete };
  if (!complete) return { ...found, faults, faultCount };

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
  return { ...found, faults, faultCount };
}

/** The numbers that approvals name, as events of the log itself say. */
async function approvedErasures(tx: Tx): Promise<Set<string>> {
  const { rows } = await tx.query<{ number: string }>(
    `select jsonb_array_elements_text(c.content -> 'numbers') as number
     from private.audit_event e join private.audit_content c using (number)
     where e.kind = 'audit-content-erased' and jsonb_typeof(c.content -> 'numbers') = 'array'`,
  );
  return new Set(rows.map(({ number }) => number));
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

async function* readEvents(tx: Tx, start: Head) {
  for (
    let after: string | undefined = String(start === emptyHead ? -(2n ** 63n) : start.number);
    after !== undefined;
  ) {
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
