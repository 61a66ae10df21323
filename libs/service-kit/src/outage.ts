/** Answers an outage of the database: callers get 503, and are asked to send the same request again. */
import { isOutage, isOutcomeUnknown } from '@oms/outage';
import { Refusal } from './refusal.ts';

export { isOutage, isOutcomeUnknown };

/**
 * For `.catch`: an outage becomes a Refusal with this code, which asks the caller to retry; any other error is rethrown.
 * @param away one sentence: what cannot be reached
 */
export function refusingOutage({ code, away }: { code: string; away: string }): (error: unknown) => never {
  return (error) => {
    if (isOutcomeUnknown(error)) {
      const detail = 'Whether the change was stored is not known. Send the same request again; it is carried out once.';
      throw new Refusal(code, detail);
    }
    if (!isOutage(error)) throw error;
    throw new Refusal(code, `${away} Send the same request again.`);
  };
}
