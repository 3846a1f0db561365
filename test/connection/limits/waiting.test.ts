import { describe, expect, it } from 'vitest'
import { outcomeWithin, runWithin, untilAborted } from '../../../src/connection/limits/waiting.js'

const never = new Promise<never>(() => undefined)
const expire = (): Error => new Error('too late')

describe('an action that has to be done in time', () => {
  it('gives its result', async () => {
    await expect(runWithin(5_000, () => 'done', { expire })).resolves.toBe('done')
  })

  it('is dropped when it is late, with the error that says so', async () => {
    await expect(runWithin(1, () => never, { expire })).rejects.toThrow('too late')
  })

  it('passes its own error on, thrown or rejected', async () => {
    const fail = (): never => {
      throw new Error('no luck')
    }
    await expect(runWithin(5_000, fail, { expire })).rejects.toThrow('no luck')
    await expect(runWithin(5_000, async () => fail(), { expire })).rejects.toThrow('no luck')
  })

  it('is not begun after its signal was aborted, and dropped when that is aborted meanwhile', async () => {
    const reason = new Error('shut down')
    let begun = 0
    const begin = (): Promise<never> => {
      begun += 1
      return never
    }
    const controller = new AbortController()
    const running = runWithin(5_000, begin, { signal: controller.signal, expire })
    controller.abort(reason)
    await expect(running).rejects.toBe(reason)
    await expect(runWithin(5_000, begin, { signal: controller.signal, expire })).rejects.toBe(
      reason,
    )
    expect(begun).toBe(1)
  })
})

describe('the outcome of a promise', () => {
  it('is told and never thrown', async () => {
    const failed = Promise.reject(new Error('no luck'))
    const outcomes = [
      await outcomeWithin(5_000, Promise.resolve()),
      await outcomeWithin(5_000, failed),
      await outcomeWithin(1, never),
    ]
    expect(outcomes).toEqual(['done', 'failed', 'expired'])
  })
})

describe('a wait until a signal is aborted', () => {
  it('ends with the promise, or with the reason of the signal', async () => {
    const controller = new AbortController()
    const { signal } = controller
    await expect(untilAborted(Promise.resolve('done'), signal)).resolves.toBe('done')
    const waiting = untilAborted(never, signal)
    controller.abort('shut down')
    await expect(waiting).rejects.toBe('shut down')
    await expect(untilAborted(never, signal)).rejects.toBe('shut down')
  })
})
