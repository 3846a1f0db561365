/**
 * Peers in processes of their own, so that none pays for what another one left to the compiler or
 * to the collector. They work in turn, block by block, and each measures its own blocks.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * Starts a module of this folder once for each peer, with the peer's name as its argument.
 *
 * @returns functions by name that run one block of so many operations, and what ends the processes
 */
export async function startPeers(module, names) {
  const file = fileURLToPath(new URL(module, import.meta.url))
  const children = names.map((name) =>
    fork(file, [name], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    }),
  )
  await Promise.all(children.map((child) => once(child, 'message')))
  const runBlock = (child) => async (operations) => {
    child.send(operations)
    const [result] = await once(child, 'message')
    return result
  }
  return {
    peers: Object.fromEntries(names.map((name, index) => [name, runBlock(children[index])])),
    stop: () => {
      for (const child of children) child.kill()
    },
  }
}

/** How often each peer does its operation before it is measured: the compiler's work counts as CPU, too. */
const warmUp = 10_000

/** The child's side: does the operation as often as it is told to, and answers what that took. */
export async function servePeer(operate) {
  for (let index = 0; index < warmUp; index++) await operate(index)
  const runBlock = async (operations) => {
    globalThis.gc()
    const began = process.cpuUsage()
    const start = performance.now()
    for (let index = 0; index < operations; index++) await operate(index)
    const elapsed = performance.now() - start
    const { user, system } = process.cpuUsage(began)
    process.send({ elapsed, cpu: user + system })
  }
  process.on('message', (operations) => void runBlock(operations))
  process.on('disconnect', () => process.exit())
  process.send('ready')
}
