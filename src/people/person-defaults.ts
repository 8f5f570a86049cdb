/** Times of signing in and other numbers, in a file of their own that pages can load. Defaults of the software; no law sets them. */
export const linkMinutes = 30;
export const sessionDays = 30;
/** A staff session ends after so long a day's work, or when it lay idle. */
export const staffSessionHours = 12;
export const staffIdleMinutes = 30;

/** How long an invitation can be used. */
export const invitationDays = 7;

/** How long a sign-in may take at the identity provider, and how many may be begun from one place in that time. */
export const providerMinutes = 10;
export const mostProviderSignIns = 100;
export const passwordLength = { least: 12, most: 200 };
/** The steps between a password and its second factor, and of setting both up. */
export const pendingMinutes = 10;
export const mostSecondTries = 5;
/** What guards the account asks for a second factor that is not older. */
export const freshMinutes = 10;
export const recoveryCodes = 10;
export const mostPasskeys = 10;
/** How long a browser counts as known after somebody signed in there as staff. */
export const knownBrowserDays = 180;
/** An invitation or a link of a letter moves out of the address into a cookie for so long. */
export const letterCookieMinutes = 60;
/** How many events of the audit log a press of the button checks: a second or two of work for a request. */
export const auditVerifiedAtOnce = 50_000;

/** What of how many events one proposal may erase. */
export const mostErasedAtOnce = 100;
