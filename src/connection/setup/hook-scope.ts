/**
 * Knows whether code runs inside a hook or listener of a pool. Such code that asks the same pool
 * for a connection would wait for itself, or set up one connection after the other.
 *
 * The stack tells, which V8 keeps across `await`. AsyncLocalStorage would do, but once it has been
 * used Node 20 is slower at every promise of the process, for good: a tenth of a checkout.
 */

/** Names a function of each owner, which no minifier renames. */
const NAME = 'kysely-matrixone hook of pool '

const names = new WeakMap<object, string>()
let owners = 0
let running = 0

/** Runs a hook or listener of `owner`. */
export async function runInHookOf<T>(owner: object, action: () => T | Promise<T>): Promise<T> {
  const name = nameOf(owner)
  const frame = { [name]: async (): Promise<T> => await action() }
  running += 1
  try {
    return await (frame[name] as () => Promise<T>)()
  } finally {
    running -= 1
  }
}

/** Whether the caller is code of a hook or listener of `owner`, or something that one awaits. */
export function isInHookOf(owner: object): boolean {
  return running > 0 && isOnStack(nameOf(owner))
}

function nameOf(owner: object): string {
  const name = names.get(owner) ?? `${NAME}${(owners += 1)}`
  names.set(owner, name)
  return name
}

function isOnStack(name: string): boolean {
  // Under --frozen-intrinsics a hook that waits for itself ends with `hookTimeout`.
  if (Object.isFrozen(Error)) return false
  const { stackTraceLimit } = Error
  const prepareStackTrace = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  let found = false
  try {
    Error.stackTraceLimit = Infinity
    Error.prepareStackTrace = (_error, sites) => {
      found = sites.some((site) => site.getFunctionName() === name)
    }
    // Only reading the stack has it prepared.
    void new Error('Where are we?').stack
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
    else Object.defineProperty(Error, 'prepareStackTrace', prepareStackTrace)
  }
  return found
}
