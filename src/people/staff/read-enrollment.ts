import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { qrCode } from '../../kit/qr-code.ts';
import { checkPermission } from '../permissions.ts';
import { readPending } from './pending.ts';
import { openSecret } from './sealed.ts';
import { totpForApp } from './totp.ts';

export type AppSecret = { qr: ReturnType<typeof qrCode>; uri: string; text: string };

/** What the authenticator app is to be given in the step that waits, if one waits. Changes nothing. */
export async function readEnrollment(
  ctx: Ctx,
  input: { purpose: 'enroll' | 'security'; pending: string | undefined; email: string },
): Promise<AppSecret | undefined> {
  checkPermission(ctx, 'staff-sign-in');
  const pending = await readPending(ctx, input.purpose, input.pending);
  if (!pending?.totpSecret) return undefined;
  const issuer = `Charter Oak (${new URL(publicUrl(ctx.config)).host})`;
  const app = totpForApp(openSecret(ctx.config, pending.totpSecret), issuer, input.email);
  return { ...app, qr: qrCode(app.uri) };
}
