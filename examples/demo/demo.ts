/**
 * `npm run demo`: plays the recording of a real MatrixOne, or with `MO_URL` uses that server.
 * `npm run demo -- --keep` leaves the demo's database there.
 */
import { replay } from 'kysely-matrixone/testing'
import { fileURLToPath } from 'node:url'
import { runDemo } from './run-demo.js'

const ROOT = new URL('../../../../', import.meta.url)
const TAPE = fileURLToPath(new URL('test/tapes/examples/demo.json', ROOT))

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const target = process.env['MO_URL']

if (target === undefined || target === '') {
  const player = await replay(TAPE)
  print(
    `Playing a recording of ${player.tape.server}. With MO_URL=mysql://user:password@host:6001 the`,
  )
  print('same demo runs on your server, in a temporary database.')
  print('')
  try {
    await runDemo(`mysql://root:none@127.0.0.1:${player.port}`, ROOT, print)
  } finally {
    await player.close()
  }
} else {
  await runDemo(target, ROOT, print, { keep: process.argv.includes('--keep') })
}
