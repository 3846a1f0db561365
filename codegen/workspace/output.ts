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

/** stdout carries the product (types with --print, the report of a check), stderr the remarks. */
export class Output {
  readonly colors: boolean
  readonly #streams: Pick<CommandLineStreams, 'stdout' | 'stderr'>
  readonly #options: OutputOptions

  constructor(streams: Pick<CommandLineStreams, 'stdout' | 'stderr'>, options: OutputOptions) {
    this.colors = options.colors
    this.#streams = streams
    this.#options = options
  }

  /** Writes the product itself, whatever the log level. */
  print(text: string): void {
    this.#streams.stdout.write(text)
  }

  /** Writes a report, unless the exit code is all that is wanted. */
  report(text: string): void {
    if (this.#options.logLevel !== 'silent') this.#streams.stdout.write(this.#options.redact(text))
  }

  /** Writes a warning; the command goes on. */
  warn(text: string): void {
    this.#say('warn', `mo-codegen: warning: ${text}`)
  }

  /** Writes what was done. */
  info(text: string): void {
    this.#say('info', text)
  }

  /** Writes what happened inside. */
  debug(text: string): void {
    this.#say('debug', text)
  }

  #say(level: LogLevel, text: string): void {
    const { logLevel, redact } = this.#options
    if (!includesLevel(logLevel, level)) return
    this.#streams.stderr.write(`${printableLines(redact(text))}\n`)
  }
}
