// How we stand with Kafka, and what it refuses us in words that name who asked, and for what: its own words have neither.

import type { KafkaState } from './client.ts';

export type Standing = {
  worked(wish: string): void;
  /** Answers what to throw or tell instead of `error`: the error itself, unless it is a refusal. */
  failed(wish: string, error: unknown): Error;
  state(): KafkaState;
};

/** `user` is who we are to the brokers. A wish is what we ask of them, as in "Kafka does not let us <wish>"; there are few of them. */
export function createStanding(user: string | undefined): Standing {
  const who = user ?? 'this client';
  const outcomes = new Map<string, 'away' | 'refused'>();
  let asked = false;

  return {
    worked(wish) {
      asked = true;
      outcomes.delete(wish);
      // Whoever answers one question is not away.
      for (const [other, outcome] of outcomes) if (outcome === 'away') outcomes.delete(other);
    },
    failed(wish, error) {
      asked = true;
      const refusal = refusalIn(error);
      outcomes.set(wish, refusal ? 'refused' : 'away');
      if (refusal) return new Error(inWords(refusal), { cause: error });
      return error instanceof Error ? error : new Error(String(error));

      function inWords({ name, message }: Error): string {
        return name === noLogin
          ? `Kafka does not let ${who} in (${message}). KAFKA_USERNAME and KAFKA_PASSWORD must be those of a user that it knows.`
          : `Kafka does not let ${who} ${wish} (${message}). What each user must be allowed is in k8s/operators/users.yaml.`;
      }
    },
    state() {
      const all = [...outcomes.values()];
      if (all.includes('refused')) return 'refused';
      if (all.includes('away')) return 'away';
      return asked ? 'ok' : 'not asked yet';
    },
  };
}

const noLogin = 'KafkaJSSASLAuthenticationError';

/** kafkajs wraps what a broker said: in the last of its tries, or as one of several. */
function refusalIn(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type = '', cause, errors = [] } = error as { type?: string; cause?: unknown; errors?: unknown[] };
  if (error.name === noLogin || type.endsWith('_AUTHORIZATION_FAILED')) return error;
  for (const inner of [cause, ...errors]) {
    const found = refusalIn(inner);
    if (found) return found;
  }
  return undefined;
}
