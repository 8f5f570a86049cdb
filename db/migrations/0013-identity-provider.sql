-- Who somebody is at the city's identity provider (src/people/sign-in/identity.ts). Rows never change; a new account there does not
-- silently take the place of the old one: a person has one for each provider.
create table private.identity (
  -- As the provider's tokens name it, and the account in it.
  issuer text not null,
  subject text not null,
  person_id bigint not null references private.person on delete cascade,
  created_at timestamptz not null,
  primary key (issuer, subject),
  unique (person_id, issuer)
);
revoke update, truncate on private.identity from charter_app;

-- A sign-in that was begun and is now with the provider: open once, for ten minutes, in the browser that holds the secret.
create table private.provider_sign_in (
  secret_hash bytea primary key,
  state_hash bytea not null,
  nonce text not null,
  code_verifier text not null,
  language text not null,
  -- Where to go afterwards: a path of ours without its language, /account
  path text not null,
  asked_from text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index provider_sign_in_from on private.provider_sign_in (asked_from, created_at);
