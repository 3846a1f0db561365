import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catchStrayErrors } from '../../../codegen/read/stray-errors.js'

const events = ['unhandledRejection', 'uncaughtException'] as const

// vitest would count these errors as its own.
let listeners: readonly (readonly NodeJS.UncaughtExceptionListener[])[]
beforeEach(() => {
  listeners = events.map((event) => process.listeners(event as 'uncaughtException'))
  for (const event of events) process.removeAllListeners(event)
})
afterEach(() => {
  for (const [at, event] of events.entries()) {
    process.removeAllListeners(event)
    for (const listener of listeners[at] ?? []) process.on(event, listener)
  }
})

const explain = (error: unknown): Error => new Error(`explained: ${(error as Error).message}`)

describe('an error that no code awaits', () => {
  it.each([
    ['a promise', (error: Error) => void Promise.reject(error)],
    [
      'a timer',
      (error: Error) =>
        void setImmediate(() => {
          throw error
        }),
    ],
  ])('becomes one of the work under way: of %s', async (_, fail) => {
    const stray = catchStrayErrors(explain)
    const endless = new Promise<never>(() => undefined)
    const work = Promise.race([endless, stray.first])
    fail(new Error('boom'))
    await expect(work).rejects.toThrow('explained: boom')
    stray.release()
    for (const event of events) expect(process.listenerCount(event)).toBe(0)
  })
})
