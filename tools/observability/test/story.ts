// A story that is told to promtool, and what must come of it.

export type Story = {
  /** It is this, of the day it is for, that promtool shows when the story fails. */
  tells: string;
  series: Record<string, string>;
  /** Looked at after so many minutes. */
  minutes: number;
  /** Instead of 15 seconds, where hours have to pass. */
  interval?: '15s' | '1m';
  /** The labels it is raised with, beside its name and severity; null when it must be silent. */
  raised: Record<string, string>[] | null;
};
