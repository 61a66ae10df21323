// Slack over its incoming webhook; the webhook's address is the secret, so it is in no reason and in no log.
import { IncomingWebhook, IncomingWebhookHTTPError } from '@slack/webhook';
import { cutText } from '@oms/service-kit/text';
import type { Outcome } from '../domain/notification.ts';
import { noAnswer, retryAfterMs, type Delivery, type Sender } from './channel.ts';

const timeoutMs = 5_000;
// Slack's word for "this can't be posted here, ever": a bad payload, a channel or a webhook that is gone.
const finalStatuses = new Set([400, 403, 404, 410]);

export function createSlackSender({ url }: { url: string }): Sender {
  async function send({ body }: Delivery): Promise<Outcome> {
    let pauseMs: number | undefined;
    const webhook = new IncomingWebhook(url, {
      timeout: timeoutMs,
      // The client drops the reply's headers, and Retry-After is one of them.
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        pauseMs = retryAfterMs(response.headers.get('retry-after'));
        return response;
      },
    });
    try {
      await webhook.send({ text: body });
      return { kind: 'accepted' };
    } catch (error) {
      if (!(error instanceof IncomingWebhookHTTPError)) return noAnswer(error);
      const { statusCode, body: said } = error;
      const reason = `Slack answered ${statusCode}: ${cutText(said, 200)}`;
      const pause = pauseMs === undefined ? {} : { retryAfterMs: pauseMs };
      return { kind: 'refused', reason, final: finalStatuses.has(statusCode), ...pause };
    }
  }

  return { send, close: () => {} };
}
