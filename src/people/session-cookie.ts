import { noSecretCookie, secretCookie, secretOf } from './link-cookie.ts';

/** The cookie that holds a session's secret. */
export const sessionCookie = (publicUrl: string, secret: string, expiresAt: Date): string =>
  secretCookie(publicUrl, 'charter-oak', secret, expiresAt);

/** The cookie that takes it away again. */
export const noSessionCookie = (publicUrl: string): string => noSecretCookie(publicUrl, 'charter-oak');

export const secretIn = (publicUrl: string, header: string | undefined): string | undefined =>
  secretOf(publicUrl, 'charter-oak', header);
