// A case of an alert: series for promtool, and whether the alert must be raised.

export type AlertCase = {
  /** The name of the test. */
  when: string;
  series: Record<string, string>;
  /** The time of the check. */
  minutes: number;
  /** 15 seconds unless given; longer for cases of hours. */
  interval?: '15s' | '1m';
  /** Its labels beside name and severity; null when it must be silent. */
  raised: Record<string, string>[] | null;
};
