// `issuer`: the development issuer. Publish its port on the loopback address only: it gives tokens to every caller.

import { loadConfig } from '@oms/service-kit';
import { startIssuer } from '../../../dev/stack/issuer/issuer.ts';
import { developmentClients } from '../../../dev/stack/issuer/clients.ts';
import { issuerSettings } from './settings.ts';

const config = loadConfig(issuerSettings);
const { url } = await startIssuer({
  host: config.HOST,
  port: config.PORT,
  url: config.ISSUER_URL,
  dataDir: config.DATA_DIR,
  clients: developmentClients(),
  isPublishedOnLoopback: true,
});
console.log(`tokens are issued by ${url}`);
