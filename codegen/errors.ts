/**
 * The errors of mo-codegen: each knows the exit code that a script can rely on, and its message is
 * what the person at the desk reads: what happened, then on the next line what to do.
 */

/** 0 same or written · 1 drift · 2 usage or configuration · 3 database not reachable or not to be trusted · 4 internal. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** The root of all errors that mo-codegen throws on purpose. */
export class CodegenError extends Error {
  readonly exitCode: ExitCode = 4

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Flags, configuration, paths or files are not usable as they are. */
export class ConfigurationError extends CodegenError {
  override readonly exitCode = 2
}

/** The database cannot be reached, or does not let us in. */
export class UnreachableDatabaseError extends CodegenError {
  override readonly exitCode = 3
}

/** The database answered, but the answer contradicts itself or is incomplete: nothing is concluded from it. */
export class UntrustedDatabaseError extends CodegenError {
  override readonly exitCode = 3
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
