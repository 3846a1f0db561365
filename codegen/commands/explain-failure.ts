import type { CommandLineStreams, FailureContext } from '../cli.js'
import { logLevels } from '../config/log-level.js'
import { redactorFor } from '../config/redact.js'
import { CodegenError, type ExitCode, messageOf } from '../errors.js'

/**
 * Writes what went wrong on stderr, without a stack trace unless the log level is `debug`, and never
 * with the password, wherever in the chain of causes it stands.
 */
export function explainFailure(
  error: unknown,
  streams: Pick<CommandLineStreams, 'stderr'>,
  context: FailureContext,
): ExitCode {
  const exitCode = exitCodeOf(error)
  if (context.logLevel === 'silent') return exitCode
  const message = messageOf(error)
  const lines =
    exitCode === 4
      ? [
          `mo-codegen: internal error: ${message}`,
          'This is a fault of mo-codegen. Please report it with what --log-level debug says.',
        ]
      : [`mo-codegen: ${message}`]
  if (logLevels.indexOf(context.logLevel) >= logLevels.indexOf('debug')) lines.push(chain(error))
  const redact = redactorFor(context.url)
  streams.stderr.write(`${redact(lines.join('\n'))}\n`)
  return exitCode
}

function exitCodeOf(error: unknown): ExitCode {
  return error instanceof CodegenError ? error.exitCode : 4
}

function chain(error: unknown): string {
  const stacks: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) stacks.push(at.stack ?? at.message)
  return stacks.join('\ncaused by: ')
}
