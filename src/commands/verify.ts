import { parseArgs } from 'node:util';
import { verifyCases } from '../cases/index.ts';
import type { Head } from '../kit/chain.ts';
import { Problem } from '../kit/problem.ts';
import { verifyAuditLog } from '../people/index.ts';
import { verifyCertificates } from '../release/index.ts';
import { withInstallation } from './with-installation.ts';

/** `charter-oak verify [--head NUMBER:HASH]`: the audit log, the history of every case and the certificates of destruction; prints the head to keep, or each fault. */
export async function verify(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { head: { type: 'string' } } });
  const remembered = values.head === undefined ? undefined : readHead(values.head);
  return withInstallation(async (ctx) => {
    const { events, erased, head, faults, faultCount } = await verifyAuditLog(ctx, { remembered });
    console.log(`Audit log: ${events} events checked, ${erased} of them with their content erased.`);
    const cases = await verifyCases(ctx);
    console.log(`Cases: ${cases.cases} with ${cases.events} events checked.`);
    for (const message of cases.faults) console.log(`  ${message}`);
    if (cases.faultCount > cases.faults.length)
      console.log(`  … and ${cases.faultCount - cases.faults.length} more.`);
    const destroyed = await verifyCertificates(ctx);
    console.log(`Certificates of destruction: ${destroyed.certificates} checked.`);
    for (const message of destroyed.faults) console.log(`  ${message}`);
    if (faultCount === 0 && (cases.faultCount > 0 || destroyed.faults.length > 0)) return 1;
    if (faultCount === 0) {
      if (remembered) console.log(`The head that you kept, event ${remembered.number}, is in it.`);
      console.log('Nothing was changed. Keep this head elsewhere, and hand it in the next time as --head:');
      console.log(`${head.number}:${head.hash.toString('hex')}`);
      return 0;
    }
    console.log(`${faultCount} ${faultCount === 1 ? 'fault' : 'faults'}:`);
    for (const { message } of faults) console.log(`  ${message[0]?.toUpperCase()}${message.slice(1)}`);
    if (faultCount > faults.length) console.log(`  … and ${faultCount - faults.length} more.`);
    return 1;
  });
}

function readHead(text: string): Head {
  const [, number, hash] = /^(\d{1,18}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (!number || !hash) {
    throw new Problem(
      'invalid',
      `--head ${text}: write the number, a colon and 64 hexadecimal digits, as verify printed them.`,
    );
  }
  return { number: BigInt(number), hash: Buffer.from(hash, 'hex') };
}
