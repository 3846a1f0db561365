/** How much is written to stderr, from nothing to everything. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number]

/** Whether a chosen level includes messages of another one. */
export function includesLevel(chosen: LogLevel, level: LogLevel): boolean {
  return logLevels.indexOf(chosen) >= logLevels.indexOf(level)
}
