// `issuer`: the development issuer. Its port must be published on the loopback address only: it gives tokens to whoever asks there.

import { loadConfig, processSettings, Type } from '@oms/service-kit';
import { startIssuer } from '../../stack/issuer/issuer.ts';
import { developmentClients } from '../../stack/issuer/clients.ts';

const config = loadConfig(
  Type.Object({
    HOST: processSettings.HOST,
    PORT: processSettings.PORT,
    ISSUER_URL: Type.String({ pattern: '^http://', description: 'where the services find it: their ISSUER_URL' }),
    DATA_DIR: Type.String({ minLength: 1, description: 'where its key is kept' }),
  }),
);
const { url } = await startIssuer({
  host: config.HOST,
  port: config.PORT,
  url: config.ISSUER_URL,
  dataDir: config.DATA_DIR,
  clients: developmentClients(),
  isPublishedOnLoopback: true,
});
console.log(`tokens are issued by ${url}`);
