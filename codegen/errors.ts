/**
 * The errors of mo-codegen. Each has the exit code that scripts rely on, and a message for the
 * developer: what happened, and on the next line what to do.
 */

/** 0 same or written · 1 drift · 2 usage or configuration · 3 database unreachable or untrusted · 4 internal. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** Base class of the errors that mo-codegen throws on purpose. */
export class CodegenError extends Error {
  readonly exitCode: ExitCode = 4

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Flags, configuration, paths or files cannot be used as they are. */
export class ConfigurationError extends CodegenError {
  override readonly exitCode = 2
}

/** The database cannot be reached, or refuses the login. */
export class UnreachableDatabaseError extends CodegenError {
  override readonly exitCode = 3
}

/** The database's answer contradicts itself or is incomplete, so nothing is concluded from it. */
export class UntrustedDatabaseError extends CodegenError {
  override readonly exitCode = 3
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
