/** How much is written to stderr, from nothing to everything. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number]

/** Whether a level includes what is said at another one. */
export function includesLevel(chosen: LogLevel, level: LogLevel): boolean {
  return logLevels.indexOf(chosen) >= logLevels.indexOf(level)
}
