import { includesLevel, type LogLevel } from '../config/log-level.js'
import { printableLines } from '../report/printable.js'
import type { CommandLineStreams } from './streams.js'

/** How an `Output` writes. */
export interface OutputOptions {
  readonly logLevel: LogLevel
  readonly colors: boolean
  /** Takes passwords out of a text. */
  readonly redact: (text: string) => string
}

/** Writes results (`--print`, the report of a check) to stdout and messages to stderr. */
export class Output {
  readonly colors: boolean
  readonly #streams: Pick<CommandLineStreams, 'stdout' | 'stderr'>
  readonly #options: OutputOptions

  constructor(streams: Pick<CommandLineStreams, 'stdout' | 'stderr'>, options: OutputOptions) {
    this.colors = options.colors
    this.#streams = streams
    this.#options = options
  }

  /** Writes a result, at any log level. */
  print(text: string): void {
    this.#streams.stdout.write(text)
  }

  /**
   * Writes a report, unless the log level is `silent`: then the exit code is enough. A report names
   * tables and files, never a password, so a table named like one keeps its name.
   */
  report(text: string): void {
    if (this.#options.logLevel !== 'silent') this.#streams.stdout.write(text)
  }

  /** Writes a warning; the command goes on. */
  warn(text: string): void {
    this.#say('warn', `mo-codegen: warning: ${text}`)
  }

  /** Writes a completed step. */
  info(text: string): void {
    this.#say('info', text)
  }

  /** Writes a detail for debugging. */
  debug(text: string): void {
    this.#say('debug', text)
  }

  #say(level: LogLevel, text: string): void {
    const { logLevel, redact } = this.#options
    if (!includesLevel(logLevel, level)) return
    this.#streams.stderr.write(`${printableLines(redact(text))}\n`)
  }
}
