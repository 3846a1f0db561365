/**
 * The command line. Only commander and the table of options are loaded here: everything else is
 * imported inside the commands, so that `--help` and an unchanged `generate` stay quick.
 */
import { Command, CommanderError } from 'commander'
import { addFlags, type Flags, putCommandFirst, readFlags } from './config/flags.js'
import { type CommandName, commandNames } from './config/option-row.js'
import type { Settings } from './config/settings.js'
import { ConfigurationError, type ExitCode } from './errors.js'
import type { Operands } from './commands/diff.js'
import { version } from './version.js'
import type { Output } from './workspace/output.js'
import type { CommandLineStreams, FailureContext, Surroundings } from './workspace/streams.js'

export { interrupt } from './workspace/interruption.js'

const exitCodes = `
Completion for bash, zsh, fish and PowerShell: mo-codegen completion <shell>

Exit codes:
  0  the same, or written
  1  drift: database, snapshot and generated file differ; doctor: a fault, or a missed target
  2  wrong usage or configuration
  3  the database cannot be reached or its answer cannot be trusted
  4  an internal error of mo-codegen`

/** The work of a command that reads schemas. */
type Perform = (
  targets: readonly [Settings, ...Settings[]],
  output: Output,
  operands: Operands,
) => Promise<ExitCode>

/** A command, and how its module is loaded. */
interface LoadedBy<Work> {
  readonly description: string
  readonly load: (flags: Flags) => Promise<Work>
}

/** The work of the command that looks at a project. */
type Initialize = (around: Surroundings, output: Output) => ExitCode

type SchemaCommand = Exclude<CommandName, 'init'>

const commands: { readonly [Name in SchemaCommand]: LoadedBy<Perform> } & {
  readonly init: LoadedBy<Initialize>
} = {
  generate: {
    description:
      'database or snapshot → TypeScript file, written only when it changes (the default)',
    load: async ({ verify, watch }) => {
      if (watch) return (await import('./commands/watch.js')).watchDatabase
      if (verify) return (await import('./commands/check.js')).check
      return (await import('./commands/generate.js')).generate
    },
  },
  check: {
    description: 'compare database, snapshot file and generated file; 1 when they differ',
    load: async ({ selfTest }) =>
      selfTest
        ? (await import('./commands/self-test.js')).selfTest
        : (await import('./commands/check.js')).check,
  },
  snapshot: {
    description: 'database → schema as JSON, one column per line, for checks without a database',
    load: async () => (await import('./commands/snapshot.js')).snapshot,
  },
  diff: {
    description: 'compare two schemas, each a URL (?at=<snapshot> for the past) or a snapshot file',
    load: async () => (await import('./commands/diff.js')).diff,
  },
  doctor: {
    description: 'find faults of vector indexes, and measure searches; 1 when something is wrong',
    load: async () => (await import('./commands/doctor.js')).doctor,
  },
  init: {
    description:
      'write a configuration, package scripts and a CI job; changes nothing that is there',
    load: async () => (await import('./commands/init.js')).init,
  },
  docs: {
    description: 'database or snapshot → Markdown with a diagram, and one page for a browser',
    load: async () => (await import('./commands/docs.js')).docs,
  },
}

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
    const [word, ...words] = argv
    if (word === 'completion' || word === 'complete') return await completeWords(word, words)
    await makeProgram(session).parseAsync([...putCommandFirst(argv)], { from: 'user' })
    return session.exitCode
  } catch (error) {
    // Help and version are written already.
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const { explainFailure, explainUsage } = await import('./commands/explain-failure.js')
    return error instanceof CommanderError
      ? explainUsage(error, streams)
      : explainFailure(error, streams, session.context)
  }
}

async function completeWords(
  word: 'completion' | 'complete',
  words: readonly string[],
): Promise<ExitCode> {
  const { complete, writeCompletion } = await import('./commands/completion.js')
  if (word === 'completion') return writeCompletion(words)
  return complete(
    words,
    commandNames.map((name) => [name, commands[name].description]),
  )
}

/** One run: its streams, exit code, and the context of a failure. */
class Session {
  readonly streams: CommandLineStreams
  exitCode: ExitCode = 0
  context: FailureContext = { logLevel: 'error', urls: [] }

  constructor(streams: CommandLineStreams) {
    this.streams = streams
  }

  /** Runs `init`, which needs no settings: the configuration is what it writes. */
  async initialize({ logLevel = 'info' }: Flags): Promise<void> {
    this.context = { logLevel, urls: [] }
    const output = await this.#makeOutput()
    const initialize = await commands.init.load({})
    this.exitCode = initialize(this.streams, output)
  }

  /** Resolves the settings of each target, then runs a command with them. */
  async perform(name: SchemaCommand, flags: Flags, operands: readonly string[]): Promise<void> {
    const url = flags.url ?? this.streams.env['DATABASE_URL']
    this.context = { logLevel: flags.logLevel ?? 'info', urls: url === undefined ? [] : [url] }
    const [{ resolveSettings, resolveTargets }, { refuseCombinations }] = await Promise.all([
      import('./config/targets.js'),
      import('./config/refuse-combinations.js'),
    ])
    refuseCombinations(name, flags)
    const resolve = (given: Flags): Promise<Settings> => resolveSettings(given, this.streams)
    // The two schemas of a diff are named on the command line.
    const [first, ...more] =
      name === 'diff' ? [await resolve(flags)] : await resolveTargets(flags, this.streams)
    if (first === undefined) throw new TypeError('There is always a target.')
    const { logLevel } = first
    const urls = [first, ...more].flatMap(({ source }) => source.url?.value ?? [])
    this.context = { logLevel, urls }
    const output = await this.#makeOutput()
    const perform = await commands[name].load(flags)
    this.exitCode = await perform([first, ...more], output, { operands, resolve })
  }

  async #makeOutput(): Promise<Output> {
    const { env, stdout } = this.streams
    const { logLevel, urls } = this.context
    const [{ Output: CommandOutput }, { redactorFor }, { wantsColors }] = await Promise.all([
      import('./workspace/output.js'),
      import('./config/redact.js'),
      import('./report/colors.js'),
    ])
    return new CommandOutput(this.streams, {
      logLevel,
      colors: wantsColors(env, stdout.isTTY === true),
      // CI systems set CI, and some give a terminal.
      progress: this.streams.stderr.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb',
      redact: redactorFor(urls),
    })
  }
}

function makeProgram(session: Session): Command {
  const program = new Command('mo-codegen')
    .description('Typed table interfaces for kysely from a MatrixOne database, and a drift check.')
    .version(version)
  for (const name of commandNames) {
    const command = program
      .command(name, { isDefault: name === 'generate' })
      .description(commands[name].description)
    addFlags(command, name)
    if (name === 'diff') command.usage('<expected> <actual> [options]')
    command.action(async (parsed: Readonly<Record<string, unknown>>) => {
      if (name !== 'diff') await refuseArguments(command)
      if (name === 'init') await session.initialize(readFlags(parsed))
      else await session.perform(name, readFlags(parsed), command.args)
    })
  }
  const [generate] = program.commands
  program.addHelpText('after', () => `\n${generate ? optionsOf(generate) : ''}${exitCodes}`)
  for (const command of [program, ...program.commands]) configure(command, session)
  return program
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
async function refuseArguments(command: Command): Promise<void> {
  const [word] = command.args
  if (word === undefined) return
  if (commandNames.some((name) => name === word)) {
    throw new ConfigurationError(
      `${command.name()} and ${word} are both commands, and one runs at a time.`,
    )
  }
  const [{ findClosest }, { explainKyselyCodegenValue }] = await Promise.all([
    import('./config/closest.js'),
    import('./config/kysely-codegen-flags.js'),
  ])
  const meant = findClosest(word, commandNames)
  const advice =
    explainKyselyCodegenValue(word) ??
    (meant === undefined
      ? `The commands are ${commandNames.join(', ')}.`
      : `Did you mean ${meant}?`)
  throw new ConfigurationError(`unknown command or argument '${word}'\n${advice}`)
}

function optionsOf(command: Command): string {
  const help = command.helpInformation()
  return help.slice(help.indexOf('Options:')).replace('Options:', 'Options of generate:')
}
