import { logLevels, type LogLevel } from '../config/log-level.js'

/** Something that text can be written to; `process.stdout` is one. */
export interface TextSink {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** stdout has the product (types with --print, the report of a check), stderr everything said about it. */
export class Output {
  readonly #stdout: TextSink
  readonly #stderr: TextSink
  readonly #level: number
  readonly #redact: (text: string) => string

  constructor(
    streams: { readonly stdout: TextSink; readonly stderr: TextSink },
    level: LogLevel,
    redact: (text: string) => string,
  ) {
    this.#stdout = streams.stdout
    this.#stderr = streams.stderr
    this.#level = logLevels.indexOf(level)
    this.#redact = redact
  }

  /** Writes the product itself, whatever the log level. */
  print(text: string): void {
    this.#stdout.write(text)
  }

  /** A warning; the command goes on. */
  warn(text: string): void {
    this.#say('warn', `mo-codegen: warning: ${text}`)
  }

  /** What was done. */
  info(text: string): void {
    this.#say('info', text)
  }

  /** What happened inside. */
  debug(text: string): void {
    this.#say('debug', text)
  }

  #say(level: LogLevel, text: string): void {
    if (this.#level >= logLevels.indexOf(level)) this.#stderr.write(`${this.#redact(text)}\n`)
  }
}
