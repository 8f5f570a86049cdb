/** Choices at making and rotating a key, in a file that pages can load. Defaults of the software; no law sets them. */
export const expiryDays = [30, 90, 365] as const;
export const graceDays = [0, 1, 7] as const;
export const mostReadingKeys = 5;
export const mostReadingKeysADay = 20;
/** How often one key of a person is renamed, or rotated, in a day: each is an event of the audit log. */
export const mostKeyChangesADay = 20;
