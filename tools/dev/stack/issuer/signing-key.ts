// The issuer's key: created once, stored in the data folder, readable by its owner only.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type SigningKey = { kid: string; privatePem: string; privateJwk: JsonWebKey };

export async function signingKey(dataDir: string): Promise<SigningKey> {
  const folder = join(dataDir, 'issuer');
  const file = join(folder, 'es256.pem');
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await rename(draft, file);
  }
  const privatePem = await readFile(file, 'utf8');
  const jwk = createPrivateKey(privatePem).export({ format: 'jwk' });
  const { x } = createPublicKey(privatePem).export({ format: 'jwk' });
  const kid = `dev-${(x ?? '').slice(0, 8)}`;
  return { kid, privatePem, privateJwk: { ...jwk, kid, use: 'sig', alg: 'ES256' } };
}
