// The settings of notification. A missing or invalid setting ends the process before it starts.
import {
  databaseSettings,
  identitySettings,
  kafkaSettings,
  loadConfig,
  processSettings,
  Type,
  type Static,
} from '@oms/service-kit';

const channels = {
  SLACK_WEBHOOK_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'incoming webhook of Slack; without it the rules for Slack rest',
    }),
  ),
  WEBHOOK_URL: Type.Optional(
    Type.String({
      needs: ['WEBHOOK_SECRET'],
      pattern: '^https?://',
      description: 'receiver of webhooks; without it the rules for webhooks rest',
    }),
  ),
};
/** Which channels have an address, beside e-mail. */
export const channelSettings = Type.Object(channels);

export const settings = Type.Object({
  ...processSettings,
  ...databaseSettings,
  ...kafkaSettings,
  ...identitySettings,
  SMTP_URL: Type.String({
    pattern: '^smtps?://',
    description: 'the mail server, with user and password when it asks for them',
  }),
  MAIL_FROM: Type.String({
    default: 'OMS <no-reply@oms.example>',
    pattern: '^[^\\r\\n]*@[^\\r\\n]+$',
    description: 'who mails come from',
  }),
  ...channels,
  WEBHOOK_SECRET: Type.Optional(
    Type.String({
      pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
      description: 'signs webhooks as Standard Webhooks asks: `whsec_` and the base64 of 24 to 64 random bytes',
    }),
  ),
});

export type Config = Readonly<Static<typeof settings>>;

export function readConfig(): Config {
  return loadConfig(settings);
}
