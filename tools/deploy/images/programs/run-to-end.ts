// A program that does one thing and ends: its last line says what was done, or why not.

/** Ends the process: with 0, or with 1 and the error's message. */
export async function runToEnd(work: () => Promise<string>): Promise<never> {
  try {
    console.log(await work());
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
