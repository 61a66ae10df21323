// Webhooks signed as Standard Webhooks asks: `webhook-id` is the notification's id, the same in every repeat, so a receiver can drop it.
import { Webhook } from 'standardwebhooks';
import type { Outcome } from '../domain/notification.ts';
import { noAnswer, retryAfterMs, type Delivery, type Sender } from './channel.ts';

export type WebhookOptions = {
  url: string;
  /** `whsec_` and the base64 of 24 to 64 random bytes. */
  secret: string;
};

const timeoutMs = 5_000;
const gone = 410;

/** @throws Error when the secret is not one. */
export function createWebhookSender({ url, secret }: WebhookOptions): Sender {
  const signer = new Webhook(secret);

  async function send({ id, body }: Delivery): Promise<Outcome> {
    const now = new Date();
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'oms-notification',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': signer.sign(id, now, body),
        },
        body,
        // A redirect would send a signed message where nobody configured it to go.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (response.ok) return { kind: 'accepted' };
      return refused(response);
    } catch (error) {
      return noAnswer(error);
    }
  }

  return { send, close: () => {} };
}

// Standard Webhooks: anything but 2xx is a failure to be tried again, and 410 means that the receiver wants no more.
function refused({ status, headers }: Response): Outcome {
  const pauseMs = retryAfterMs(headers.get('retry-after'));
  const redirected = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return {
    kind: 'refused',
    reason: `the receiver answered ${status}${redirected}`,
    final: status === gone,
    ...(pauseMs === undefined ? {} : { retryAfterMs: pauseMs }),
  };
}
