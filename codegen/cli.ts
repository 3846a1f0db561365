/**
 * The command line. Only commander is loaded here: everything else is imported inside the commands,
 * so that `--help` and an unchanged `generate` stay quick.
 */
import { Command, CommanderError, Option } from 'commander'
import { logLevels, type LogLevel } from './config/log-level.js'
import type { Flags } from './config/settings.js'
import type { CheckFlags } from './commands/check.js'
import type { GenerateFlags } from './commands/generate.js'
import type { Output, TextSink } from './workspace/output.js'
import type { SnapshotFlags } from './commands/snapshot.js'
import { ConfigurationError, type ExitCode } from './errors.js'

/** What the command line runs in; `process` is one. */
export interface CommandLineStreams {
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly env: Record<string, string | undefined>
  readonly cwd: string
}

/** The version that `--version` prints. */
export const version = '0.1.0'

const exitCodes = `
Exit codes:
  0  the same, or written
  1  drift: database, snapshot and generated file differ
  2  usage or configuration
  3  the database cannot be reached or its answer cannot be trusted
  4  a fault of mo-codegen itself`

/**
 * Runs one command line and returns the exit code; never throws and never ends the process.
 *
 * @param argv the arguments after the program's name
 * @example
 * process.exitCode = await run(process.argv.slice(2), { ...process, cwd: process.cwd() })
 */
export async function run(argv: readonly string[], streams: CommandLineStreams): Promise<ExitCode> {
  const session = new Session(streams)
  try {
    await makeProgram(session).parseAsync([...argv], { from: 'user' })
    return session.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return session.explainUsage(error)
    const { explainFailure } = await import('./commands/explain-failure.js')
    return explainFailure(error, streams, session.context)
  }
}

/** What the failure message needs to know. */
export interface FailureContext {
  readonly url?: string
  readonly logLevel: LogLevel
}

/** One run: its streams, and what became known on the way. */
class Session {
  readonly streams: CommandLineStreams
  exitCode: ExitCode = 0
  context: FailureContext

  constructor(streams: CommandLineStreams) {
    this.streams = streams
    this.context = { logLevel: 'error' }
  }

  /** commander has written help and version itself; everything else is one message on stderr. */
  explainUsage(error: CommanderError): ExitCode {
    if (error.exitCode === 0) return 0
    const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
    const hint = rest.map((line) => line.replace(/^\((.*)\)$/, '$1')).join(' ')
    this.streams.stderr.write(
      `mo-codegen: ${first}\n${hint === '' ? 'See mo-codegen --help.' : hint}\n`,
    )
    return 2
  }

  /** Resolves the settings, then runs a command with them. */
  async perform(
    flags: Flags,
    command: (
      settings: Awaited<ReturnType<typeof import('./config/settings.js').resolveSettings>>,
      output: Output,
    ) => Promise<ExitCode>,
  ): Promise<void> {
    const { env, cwd } = this.streams
    const url = flags.url ?? env['DATABASE_URL']
    this.context = { logLevel: flags.logLevel ?? 'info', ...(url !== undefined && { url }) }
    const [{ resolveSettings }, { Output }, { redactorFor }] = await Promise.all([
      import('./config/settings.js'),
      import('./workspace/output.js'),
      import('./config/redact.js'),
    ])
    const settings = await resolveSettings(flags, { cwd, env })
    this.context = {
      logLevel: settings.logLevel,
      ...(settings.url && { url: settings.url.value }),
    }
    const output = new Output(this.streams, settings.logLevel, redactorFor(settings.url?.value))
    this.exitCode = await command(settings, output)
  }
}

function makeProgram(session: Session): Command {
  const program = new Command('mo-codegen')
    .description('Typed table interfaces for kysely from a MatrixOne database, and a drift check.')
    .version(version)
  const generate = addGenerate(program, session)
  addCheck(program, session)
  addSnapshot(program, session)
  program.addHelpText('after', () => `\n${optionsOf(generate)}${exitCodes}`)
  for (const command of [program, ...program.commands]) configure(command, session)
  return program
}

function addGenerate(program: Command, session: Session): Command {
  const command = program
    .command('generate', { isDefault: true })
    .description(
      'database or snapshot → TypeScript file, written only when it changes (the default)',
    )
  addSharedOptions(command)
  return command
    .option('--from <file>', 'take the schema from a snapshot file: no database is needed')
    .option('--at <snapshot>', "read the database as it was at one of MatrixOne's snapshots")
    .option('--print', 'write the types to stdout and no file')
    .option('--verify', 'the same as: mo-codegen check')
    .option('--allow-empty', 'a schema without tables is right')
    .option('--force', 'overwrite files that mo-codegen did not write')
    .action(async (flags: Flags & GenerateFlags & { readonly verify?: boolean }, self: Command) => {
      refuseArguments(self, program)
      await session.perform(flags, async (settings, output) => {
        if (flags.verify) {
          const { check } = await import('./commands/check.js')
          return check(settings, flags, output, await colors(session))
        }
        const { generate } = await import('./commands/generate.js')
        return generate(settings, flags, output)
      })
    })
}

function addCheck(program: Command, session: Session): void {
  const command = program
    .command('check')
    .description('compare database, snapshot file and generated file; 1 when they differ')
  addSharedOptions(command)
  command
    .option('--from <file>', 'take the schema from a snapshot file: no database is needed')
    .option('--offline', 'compare the snapshot file with the generated file: no database is needed')
    .option('--at <snapshot>', "read the database as it was at one of MatrixOne's snapshots")
    .addOption(
      new Option('--only <file>', 'compare with one file only').choices(['snapshot', 'types']),
    )
    .addOption(
      new Option('--fail-on <severity>', 'what turns the check red')
        .choices(['breaking', 'any'])
        .default('any'),
    )
    .option('--allow-empty', 'a schema without tables is right')
    .action(async (flags: Flags & CheckFlags, self: Command) => {
      refuseArguments(self, program)
      await session.perform(flags, async (settings, output) => {
        const { check } = await import('./commands/check.js')
        return check(settings, flags, output, await colors(session))
      })
    })
}

function addSnapshot(program: Command, session: Session): void {
  const command = program
    .command('snapshot')
    .description('database → schema as JSON, one column a line, for checks without a database')
  addSharedOptions(command)
  command
    .option('--at <snapshot>', "read the database as it was at one of MatrixOne's snapshots")
    .option('--print', 'write the snapshot to stdout and no file')
    .option('--allow-empty', 'a schema without tables is right')
    .option('--force', 'overwrite a file that mo-codegen did not write')
    .action(async (flags: Flags & SnapshotFlags, self: Command) => {
      refuseArguments(self, program)
      await session.perform(flags, async (settings, output) => {
        const { snapshot } = await import('./commands/snapshot.js')
        return snapshot(settings, flags, output)
      })
    })
}

function addSharedOptions(command: Command): void {
  command
    .option('--url <url>', 'mysql://user:password@host:6001/database (default: DATABASE_URL)')
    .option('--database <name>', 'a database to read; can be repeated', collect)
    .option('--out-file <file>', 'the generated file (default: generated/db.ts)')
    .option('--snapshot-file <file>', 'the snapshot file (default: beside the generated file)')
    .option('--no-snapshot-file', 'keep no snapshot file')
    .option('--no-schema-value', 'types only: for CommonJS under verbatimModuleSyntax')
    .option('--include-pattern <glob>', 'tables to take; can be repeated', collect)
    .option('--exclude-pattern <glob>', 'tables to leave out; can be repeated', collect)
    .option(
      '--config-file <file>',
      'default: mo-codegen.config.{ts,mts,js,mjs,json}, searched upward',
    )
    .option('--env-file <file>', 'load environment variables from a file')
    .addOption(
      new Option('--log-level <level>', 'how much to say (default: info)').choices(logLevels),
    )
}

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value]
}

function configure(command: Command, session: Session): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .allowExcessArguments()
    .configureOutput({
      writeOut: (text) => void session.streams.stdout.write(text),
      // Usage errors arrive as exceptions and are written once, by `explainUsage`.
      writeErr: () => undefined,
      getOutHasColors: () => false,
    })
}

/** An unknown command lands in the default command as an argument. */
function refuseArguments(command: Command, program: Command): void {
  const [word] = command.args
  if (word === undefined) return
  const names = program.commands.map((known) => known.name())
  const meant = names.find((name) => name.startsWith(word.slice(0, 3)) || word.startsWith(name))
  throw new ConfigurationError(
    `unknown command or argument '${word}'\n${
      meant === undefined ? `The commands are ${names.join(', ')}.` : `Did you mean ${meant}?`
    }`,
  )
}

async function colors({ streams }: Session): Promise<{ readonly colors: boolean }> {
  const { wantsColors } = await import('./report/colors.js')
  return { colors: wantsColors(streams.env, streams.stdout.isTTY === true) }
}

function optionsOf(command: Command): string {
  const help = command.helpInformation()
  return help.slice(help.indexOf('Options:')).replace('Options:', 'Options of generate:')
}
