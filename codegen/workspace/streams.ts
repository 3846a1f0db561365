import type { LogLevel } from '../config/log-level.js'

/** A place that text can be written to; `process.stdout` is one. */
export interface TextSink {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** The folder and environment of a command line. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Record<string, string | undefined>
}

/** The streams and surroundings of a command line; `{ ...process, cwd: process.cwd() }` is one. */
export interface CommandLineStreams extends Surroundings {
  readonly stdout: TextSink
  readonly stderr: TextSink
}

/** The URLs and log level of a run that fails. */
export interface FailureContext {
  readonly urls: readonly string[]
  readonly logLevel: LogLevel
}
