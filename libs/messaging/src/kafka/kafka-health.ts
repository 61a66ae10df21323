// The state of the connection to Kafka. A refusal is reported with the user and the operation, which Kafka's own errors leave out.

import type { KafkaState } from './client.ts';

export type KafkaHealth = {
  succeeded(operation: string): void;
  /** Returns the error to throw or log instead of `error`: a clearer one for a refusal, otherwise the error itself. */
  failed(operation: string, error: unknown): Error;
  state(): KafkaState;
};

/** `user` is the Kafka user of this client. An operation completes the sentence "Kafka does not let us <operation>"; there are few different ones. */
export function createKafkaHealth(user: string | undefined): KafkaHealth {
  const who = user ?? 'this client';
  const failures = new Map<string, 'away' | 'refused'>();
  let requested = false;

  return {
    succeeded(operation) {
      requested = true;
      failures.delete(operation);
      // A broker that answers one request is not away.
      for (const [other, failure] of failures) if (failure === 'away') failures.delete(other);
    },
    failed(operation, error) {
      requested = true;
      const refusal = findRefusal(error);
      failures.set(operation, refusal ? 'refused' : 'away');
      if (refusal) return new Error(describeRefusal(refusal, operation), { cause: error });
      return error instanceof Error ? error : new Error(String(error));
    },
    state() {
      const current = [...failures.values()];
      if (current.includes('refused')) return 'refused';
      if (current.includes('away')) return 'away';
      return requested ? 'ok' : 'not asked yet';
    },
  };

  function describeRefusal({ name, message }: Error, operation: string): string {
    return name === loginRefused
      ? `Kafka does not let ${who} in (${message}). KAFKA_USERNAME and KAFKA_PASSWORD must be those of a user that it knows.`
      : `Kafka does not let ${who} ${operation} (${message}). What each user must be allowed is in k8s/operators/users.yaml.`;
  }
}

const loginRefused = 'KafkaJSSASLAuthenticationError';

/** kafkajs wraps the broker's error: as the cause of its last retry, or as one of several errors. */
function findRefusal(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type = '', cause, errors = [] } = error as { type?: string; cause?: unknown; errors?: unknown[] };
  if (error.name === loginRefused || type.endsWith('_AUTHORIZATION_FAILED')) return error;
  for (const inner of [cause, ...errors]) {
    const found = findRefusal(inner);
    if (found) return found;
  }
  return undefined;
}
