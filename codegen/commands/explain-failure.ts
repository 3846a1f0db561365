import type { CommanderError } from 'commander'
import { explainKyselyCodegenFlag } from '../config/kysely-codegen-flags.js'
import { includesLevel } from '../config/log-level.js'
import { optionRows } from '../config/options.js'
import { redactorFor } from '../config/redact.js'
import { CodegenError, ConfigurationError, type ExitCode } from '../errors.js'
import { printableLines } from '../report/printable.js'
import type { CommandLineStreams, FailureContext } from '../workspace/streams.js'

/**
 * Writes a failure to stderr: stack traces at the log level `debug` only, and the password nowhere,
 * not even in the chain of causes.
 */
export function explainFailure(
  failure: unknown,
  streams: Pick<CommandLineStreams, 'stderr'>,
  context: FailureContext,
): ExitCode {
  const error = missingPackage(failure) ?? failure
  const exitCode = error instanceof CodegenError ? error.exitCode : 4
  if (context.logLevel === 'silent') return exitCode
  const message = error instanceof Error ? error.message : String(error)
  const lines =
    exitCode === 4
      ? [
          `mo-codegen: internal error: ${message}`,
          'This is a bug of mo-codegen. Please report it with the output of --log-level debug.',
        ]
      : [`mo-codegen: ${message}`]
  if (includesLevel(context.logLevel, 'debug')) lines.push(chain(error))
  const redact = redactorFor(context.urls)
  streams.stderr.write(`${printableLines(redact(lines.join('\n')))}\n`)
  return exitCode
}

/** Writes a usage error of commander to stderr. */
export function explainUsage(
  { message }: CommanderError,
  { stderr }: Pick<CommandLineStreams, 'stderr'>,
): ExitCode {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n')
  const hint = rest.map((line) => line.replace(/^\((.*)\)$/, '$1')).join(' ')
  const advice =
    explainKyselyCodegenFlag(first) ??
    explainFlagOfOthers(first) ??
    (hint === '' ? 'See mo-codegen --help.' : hint)
  const lines = `mo-codegen: ${first}\n${advice}`
  stderr.write(`${printableLines(lines)}\n`)
  return 2
}

/** Names the commands that have an unknown flag; undefined for any other text. */
function explainFlagOfOthers(message: string): string | undefined {
  const [, word] = /^unknown option '(--[\w-]+)/.exec(message) ?? []
  const row = optionRows.find(([, { flag, offFlag }]) =>
    [flag, offFlag].some((written) => written?.split(' ')[0] === word && word !== undefined),
  )
  return row && `${word} is a flag of ${row[1].commands.join(', ')}.`
}

/** An installation without one of our own dependencies is not a bug; a package that a configuration names is told elsewhere. */
function missingPackage(error: unknown): ConfigurationError | undefined {
  if (!(error instanceof Error) || error instanceof CodegenError) return undefined
  const { code } = error as { readonly code?: unknown }
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined
  const [, name] = /^Cannot find (?:package|module) '([^'./][^']*)'/.exec(error.message) ?? []
  if (name === undefined) return undefined
  return new ConfigurationError(
    `The package ${name} is not installed, and mo-codegen needs it here.\nInstall the dependencies again: npm ci, or npm install mo-codegen.`,
    { cause: error },
  )
}

function chain(error: unknown): string {
  const stacks: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) stacks.push(at.stack ?? at.message)
  return stacks.join('\ncaused by: ')
}
