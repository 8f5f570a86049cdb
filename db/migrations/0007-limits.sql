-- What each asker has leased of its allowance (src/people/limits.ts). Unlogged: it is rewritten all the time, and a crash
-- that empties it costs nothing but one window of counting.
create unlogged table private.limit_use (
  -- Policy, seconds of its window, and the address or the key's hash: another window counts in other slots.
  asker text primary key,
  -- The newest slot, and the requests leased in it and in each one before it, newest first.
  slot bigint not null,
  used integer[] not null,
  -- What the last statement was given: returning shows nothing but the row.
  granted integer not null,
  forget_at timestamptz not null
) with (fillfactor = 50);
