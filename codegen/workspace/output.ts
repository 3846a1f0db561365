import { includesLevel, type LogLevel } from '../config/log-level.js'
import { printable, printableLines } from '../report/printable.js'
import type { CommandLineStreams } from './streams.js'

/** How an `Output` writes. */
export interface OutputOptions {
  readonly logLevel: LogLevel
  readonly colors: boolean
  /** Whether a person watches, who is told what takes longer than a second. */
  readonly progress?: boolean
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

  /** Says what is being waited for, from a second on until it is done. */
  async during<Result>(what: string, work: Promise<Result>): Promise<Result> {
    const { progress = false, logLevel } = this.#options
    if (!progress || !includesLevel(logLevel, 'info')) return work
    const { stderr } = this.#streams
    let isShown = false
    const timer = setTimeout(() => {
      isShown = true
      stderr.write(`${printable(what)}…`)
    }, 1_000)
    try {
      return await work
    } finally {
      clearTimeout(timer)
      // To the start of the line, and clears it: nothing of it stays on the screen.
      if (isShown) stderr.write('\r\u001B[2K')
    }
  }

  /** Says how far something is, in place of what was said before; the empty text ends it. */
  progress(text: string): void {
    const { progress = false, logLevel } = this.#options
    if (progress && includesLevel(logLevel, 'info')) {
      this.#streams.stderr.write(`\r\u001B[2K${printable(text)}`)
    }
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
