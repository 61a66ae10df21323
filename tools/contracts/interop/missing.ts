// A proof in another language needs tools that a machine may not have. That is not a failure; it is reported.

export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}

/** What `find` answers; what it throws is taken for a tool that is missing. */
export function toolOf<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw new MissingToolError((error as Error).message, { cause: error });
  }
}

/** The programs, or why they can't be run here. Rejects with any other error. */
export function orMissing<T>(programs: Promise<T>): Promise<T | MissingToolError> {
  return programs.catch((error: unknown) => {
    if (error instanceof MissingToolError) return error;
    throw error;
  });
}
