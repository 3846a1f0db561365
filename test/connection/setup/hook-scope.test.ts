import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isInHookOf, runInHookOf } from '../../../src/connection/setup/hook-scope.js'

const owner = {}
const ask = async (): Promise<boolean> => isInHookOf(owner)

async function* asked(): AsyncGenerator<boolean> {
  await wait(1)
  yield isInHookOf(owner)
}

const deep = async (left: number): Promise<boolean> => (left === 0 ? ask() : deep(left - 1))

const ways: Record<string, () => Promise<boolean> | boolean> = {
  'at once': () => isInHookOf(owner),
  'after an await': async () => {
    await wait(1)
    return isInHookOf(owner)
  },
  'in a then': () => wait(1).then(() => isInHookOf(owner)),
  'in a callback of finally': async () => {
    let found = false
    await wait(1).finally(() => (found = isInHookOf(owner)))
    return found
  },
  'in one of several promises': async () => {
    const later = async (): Promise<boolean> => {
      await wait(1)
      return ask()
    }
    return (await Promise.all([later(), later()])).every(Boolean)
  },
  'in a race': () => Promise.race([wait(1).then(ask), wait(1000, false, { ref: false })]),
  'in an async generator': async () => {
    for await (const found of asked()) return found
    return false
  },
  'deep down': async () => {
    await wait(1)
    return deep(500)
  },
  'in a hook within a hook': () => runInHookOf({}, ask),
}

describe('code of a hook', () => {
  for (const [name, way] of Object.entries(ways)) {
    it(`is known ${name}`, async () => {
      expect(await runInHookOf(owner, way)).toBe(true)
      expect(await way()).toBe(false)
    })
  }
})

describe('other code', () => {
  it('is not taken for it while a hook runs', async () => {
    const hook = runInHookOf(owner, () => wait(20))
    expect(isInHookOf(owner)).toBe(false)
    await wait(1)
    expect(await ask()).toBe(false)
    await hook
  })

  it('is not taken for it in a hook of another owner', async () => {
    expect(await runInHookOf({}, ask)).toBe(false)
  })

  it('is not taken for it once the hook has ended, even when it awaited the hook', async () => {
    await runInHookOf(owner, () => wait(1))
    const other = runInHookOf(owner, () => wait(20))
    expect(await ask()).toBe(false)
    await other
  })
})

describe('how errors are shown', () => {
  it('stays as the program wants it', async () => {
    const { stackTraceLimit } = Error
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
    const own = (): string => 'mine'
    Error.prepareStackTrace = own
    Error.stackTraceLimit = 3
    const found = await runInHookOf(owner, ask)
    const after = [
      Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')?.value,
      Error.stackTraceLimit,
    ]
    Error.stackTraceLimit = stackTraceLimit
    if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
    else Object.defineProperty(Error, 'prepareStackTrace', before)
    expect(found).toBe(true)
    expect(after).toEqual([own, 3])
  })
})
