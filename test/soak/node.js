/** Kills, stops and continues a server or node by the commands that the environment names. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between the two. */
const DOWN = 20_000

export function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: 'ignore' })
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`)),
    )
  })
}

/** What is to be done at half-time; undefined without `MO_NODE_STOP`. */
export function planOutage() {
  const { MO_NODE_STOP: stop, MO_NODE_START: start } = process.env
  if (stop === undefined) return undefined
  return async () => {
    await run(stop)
    console.log('a node was stopped')
    if (start === undefined) return
    await sleep(DOWN)
    await run(start)
    console.log(`it was started again after ${DOWN / 1_000} s`)
  }
}

/** A stop of the server's process for a second; undefined without `MO_NODE_PAUSE` and `MO_NODE_RESUME`. */
export function planPause() {
  const { MO_NODE_PAUSE: pause, MO_NODE_RESUME: resume } = process.env
  if (pause === undefined || resume === undefined) return undefined
  return async () => {
    await run(pause)
    await sleep(1_000)
    await run(resume)
  }
}
