// The notification process: reads its settings, starts, and stops on a signal.
import { createLogger, runProcess } from '@oms/service-kit';
import { createNotification } from './app.ts';
import { readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ name: 'notification', level: config.LOG_LEVEL });

await runProcess({
  name: 'notification',
  logger,
  async start() {
    const notification = await createNotification(config, logger);
    await notification.start();
    return notification;
  },
});
