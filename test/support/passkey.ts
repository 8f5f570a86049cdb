import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * A device that keeps one passkey, in software: answers what the pages ask as a browser would [WebAuthn Level 3], and
 * lies when a test tells it to.
 */
export function makeDevice(site: { id: string; origin: string }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const credentialId = randomBytes(16);
  const id = credentialId.toString('base64url');
  let counter = 0;
  let userHandle = '';
  const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
  const clientData = (type: string, challenge: string, origin = site.origin) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const count = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  // 0x01 the person was there, 0x04 and was verified, 0x40 a key is attached.
  const flags = (verified: boolean, key = false) =>
    Buffer.of(0x01 | (verified ? 0x04 : 0) | (key ? 0x40 : 0));
  const answer = (response: Record<string, string | string[]>) =>
    JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response });
  const cose = () =>
    Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);

  return {
    id,
    /** Makes the passkey. */
    make(
      options: { challenge: string; user: { id: string } },
      lie: { verified?: boolean; origin?: string } = {},
    ) {
      userHandle = options.user.id;
      const authData = Buffer.concat([
        sha256(site.id),
        flags(lie.verified ?? true, true),
        count(counter),
        Buffer.alloc(16),
        Buffer.of(0, credentialId.length),
        credentialId,
        cose(),
      ]);
      // CBOR: {"fmt": "none", "attStmt": {}, "authData": …}
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.of(authData.length),
        authData,
      ]);
      return answer({
        clientDataJSON: clientData('webauthn.create', options.challenge, lie.origin).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      });
    },
    /** Answers with it. */
    use(
      options: { challenge: string },
      lie: {
        verified?: boolean;
        origin?: string;
        counter?: number;
        userHandle?: string;
        tamper?: boolean;
      } = {},
    ) {
      counter = lie.counter ?? counter + 1;
      const authData = Buffer.concat([sha256(site.id), flags(lie.verified ?? true), count(counter)]);
      const client = clientData('webauthn.get', options.challenge, lie.origin);
      const signature = sign('sha256', Buffer.concat([authData, sha256(client)]), privateKey);
      if (lie.tamper) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: lie.userHandle ?? userHandle,
      });
    },
  };
}
