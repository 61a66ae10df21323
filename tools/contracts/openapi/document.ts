// The public API document, from the routes of the services as they are composed. Nothing is connected and nothing listens.

import { createLogger, type ApiDocument } from '@oms/service-kit';
import { createAnalytics } from '../../../apps/analytics/src/app.ts';
import { readConfig as analyticsConfig } from '../../../apps/analytics/src/config.ts';
import { mergeDocuments, type ServiceDocument } from '../../../apps/gateway/src/http/merged-document.ts';
import { publicPaths } from '../../../apps/gateway/src/http/routes.ts';
import { createInventory } from '../../../apps/inventory/src/app.ts';
import { readConfig as inventoryConfig } from '../../../apps/inventory/src/config.ts';
import { createNotification } from '../../../apps/notification/src/app.ts';
import { readConfig as notificationConfig } from '../../../apps/notification/src/config.ts';
import { createOrders } from '../../../apps/order/src/app.ts';
import { readConfig as orderConfig } from '../../../apps/order/src/config.ts';

/** Settings without a default; no address is ever called. */
const settings = {
  PORT: '0',
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  KAFKA_BROKERS: '127.0.0.1:1',
  REGISTRY_URL: 'http://127.0.0.1:1',
  ISSUER_URL: 'http://127.0.0.1:1',
  ORDER_URL: 'http://127.0.0.1:1',
  INVENTORY_URL: 'http://127.0.0.1:1',
  ANALYTICS_URL: 'http://127.0.0.1:1',
  NOTIFICATION_URL: 'http://127.0.0.1:1',
  SERVICE_CLIENT_ID: 'none',
  SERVICE_CLIENT_SECRET: 'none',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'nobody@oms.example',
};

export async function publicDocument(): Promise<ApiDocument> {
  Object.assign(process.env, settings);
  const logger = createLogger({ name: 'openapi', level: 'silent' });
  const services = {
    order: await createOrders(orderConfig(), logger),
    inventory: await createInventory(inventoryConfig(), logger),
    analytics: await createAnalytics(analyticsConfig(), logger),
    notification: await createNotification(notificationConfig(), logger),
  };
  const documents: ServiceDocument[] = [];
  for (const [service, { http }] of Object.entries(services)) {
    await http.ready();
    const document = http.swagger() as ServiceDocument['document'];
    documents.push({ service, prefixes: publicPaths[service as keyof typeof services], document });
  }
  return mergeDocuments(documents, { publicUrl: '/', missing: [] });
}

if (import.meta.main) {
  console.log(JSON.stringify(await publicDocument(), null, 2));
  process.exit();
}
