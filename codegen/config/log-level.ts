/** How much is said on stderr, from nothing to everything. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number]

/** Whether a value is a log level. */
export function isLogLevel(value: unknown): value is LogLevel {
  return logLevels.some((level) => level === value)
}
