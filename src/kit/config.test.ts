import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from './config.ts';
import { isProblem } from './problem.ts';

const provider = {
  OIDC_ISSUER: 'https://login.example.gov/realms/city',
  OIDC_CLIENT_ID: 'charter-oak',
  OIDC_CLIENT_SECRET: 'hush',
  OIDC_NAME: 'City account',
};

function refusalOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(isProblem(error), String(error));
    return error.message;
  }
  return '';
}

describe('the identity provider’s settings', () => {
  test('are set together or not at all', () => {
    assert.equal(readConfig({}).OIDC_ISSUER, undefined);
    assert.equal(readConfig(provider).OIDC_VERIFIED_CLAIM, 'email_verified');
    for (const name of Object.keys(provider)) {
      const said = refusalOf({ ...provider, [name]: ' ' });
      assert.match(said, new RegExp(`${name}: missing`));
    }
    assert.match(refusalOf({ OIDC_ACR: 'two-factors' }), /OIDC_ISSUER, .* missing/);
  });

  test('name an issuer over https, except on this machine', () => {
    const issuer = (OIDC_ISSUER: string) => refusalOf({ ...provider, OIDC_ISSUER });
    for (const good of [
      'https://login.example.gov',
      'http://127.0.0.1:3000',
      'http://localhost:8080/realms/city',
    ])
      assert.equal(issuer(good), '');
    for (const bad of [
      'http://login.example.gov',
      'login.example.gov',
      'ftp://127.0.0.1',
      'https://login.example.gov/.well-known/openid-configuration',
      'https://login.example.gov?tenant=1',
    ])
      assert.match(issuer(bad), /OIDC_ISSUER=/, bad);
  });

  test('a wrong one never repeats a secret', () => {
    const long = 'hush'.repeat(1000);
    const said = refusalOf({ ...provider, OIDC_CLIENT_SECRET: long, SMTP_URL: 'http://u:hush@x', PORT: 'x' });
    assert.match(said, /OIDC_CLIENT_SECRET=…/);
    assert.ok(!said.includes('hush'));
  });
});
