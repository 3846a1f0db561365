/**
 * Peers in processes of their own, so that none pays for what another one left to the compiler or
 * to the collector. They work in turn, block by block, and each measures its own blocks.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { interleave } from './measure.js'

/**
 * Starts a module of this folder once for each peer, with the peer's name as its argument.
 *
 * @returns functions by name that run one block of so many operations, and what ends the processes
 */
async function startPeers(module, names) {
  const file = fileURLToPath(new URL(module, import.meta.url))
  const children = names.map((name) =>
    fork(file, [name], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] }),
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

/**
 * Starts the peers several times and runs the rounds with each set: what the compiler makes of the
 * same code differs by a tenth from process to process.
 *
 * @returns the results of each peer by name, in the order of the rounds
 */
export async function interleavePeers(module, names, { processes, rounds, operations }) {
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let started = 0; started < processes; started++) {
    const { peers, stop } = await startPeers(module, names)
    const blocks = Object.fromEntries(names.map((name) => [name, () => peers[name](operations)]))
    const more = await interleave(rounds, blocks)
    for (const name of names) results[name].push(...more[name])
    stop()
  }
  return results
}

/**
 * The child's side: does the operation as often as it is told to, and answers what that took.
 *
 * @param workers how many operations run at once
 * @param warmUp how often it is done before it is measured: the compiler's work counts as CPU, too
 */
export async function servePeer(operate, { workers = 1, warmUp = 10_000 } = {}) {
  const run = async (operations) => {
    let index = 0
    const work = async () => {
      while (index < operations) await operate(index++)
    }
    await Promise.all(Array.from({ length: workers }, work))
  }
  await run(warmUp)
  // No collection is forced before a block: V8 throws code away with it, which doubles what comes after.
  const runBlock = async (operations) => {
    const began = process.cpuUsage()
    const start = performance.now()
    await run(operations)
    const elapsed = performance.now() - start
    const { user, system } = process.cpuUsage(began)
    process.send({ elapsed, cpu: user + system })
  }
  process.on('message', (operations) => void runBlock(operations))
  process.on('disconnect', () => process.exit())
  process.send('ready')
}
