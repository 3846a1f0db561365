import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createConnectionHook,
  MatrixOne,
  type MatrixOneConfig,
  retryTransaction,
  setSession,
  ValueError,
} from 'kysely-matrixone'
import { checkDurations, startTimer } from '../../../src/connection/limits/durations.js'
import { toPoolOptions } from '../../../src/connection/mysql2/pool-options.js'

const make = (options: Partial<MatrixOneConfig>): MatrixOne<object> =>
  new MatrixOne<object>({ connection: { host: '127.0.0.1', port: 1 }, ...options })

const WRONG = [Number.NaN, -1, 2 ** 31, 1e12, -Infinity, '5' as unknown as number]

describe('a duration that a timer cannot keep', () => {
  it('fires at once (the trap)', async () => {
    const fired: string[] = []
    const warnings: string[] = []
    const listen = ({ name }: Error): void => void warnings.push(name)
    process.on('warning', listen)
    for (const ms of [Infinity, 2 ** 31]) setTimeout(() => fired.push(String(ms)), ms)
    await sleep(30)
    process.off('warning', listen)
    expect(fired).toEqual(['Infinity', '2147483648'])
    expect(warnings).toContain('TimeoutOverflowWarning')
  })

  it.each([
    'acquireTimeout',
    'hookTimeout',
    'statementTimeout',
    'cancelTimeout',
    'shutdownTimeout',
  ])('is refused as %s when the client is made', (name) => {
    for (const value of WRONG) {
      expect(() => make({ [name]: value })).toThrow(ValueError)
      expect(() => make({ [name]: value })).toThrow(`The option ${name} of MatrixOne must be`)
    }
    for (const value of [0, 1, 0.5, 2 ** 31 - 1, Infinity, undefined]) {
      expect(() => make({ [name]: value })).not.toThrow()
    }
  })

  it('is refused by withDeadline, hooks, retry and connectTimeout', async () => {
    const db = make({})
    for (const value of WRONG) {
      expect(() => db.withDeadline({ timeout: value })).toThrow(/timeout of withDeadline/)
      expect(() => createConnectionHook({ timeout: value })).toThrow(
        /timeout of createConnectionHook/,
      )
      expect(() => setSession({ a: 1 }, { timeout: value })).toThrow(/timeout of setSession/)
      expect(() => toPoolOptions({ connectTimeout: value })).toThrow(/connectTimeout of connection/)
      for (const name of ['backoff', 'maxDelay', 'budget']) {
        await expect(retryTransaction(async () => 1, { [name]: value })).rejects.toThrow(
          `The option ${name} of retry must be`,
        )
      }
    }
    await db.destroy()
  })
})

describe('Infinity', () => {
  it('is no limit', () => {
    expect(startTimer(Infinity, () => undefined)).toBeUndefined()
    expect(toPoolOptions({ connectTimeout: Infinity })).toMatchObject({ connectTimeout: 0 })
  })
})

it('takes just the numbers that a timer keeps', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const isRight = value === Infinity || (value >= 0 && value < 2 ** 31)
      const check = (): void => checkDurations('it', { value })
      if (isRight) expect(check).not.toThrow()
      else expect(check).toThrow(ValueError)
    }),
  )
})
