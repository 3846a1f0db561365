/** `MO_URL=mysql://user:password@host:6001 node examples/dist/examples/managers-tour/main.js` */
import { parseConnectionUrl } from 'kysely-matrixone'
import { runTour } from './tour.js'

const url = process.env['MO_URL']
if (url === undefined)
  throw new Error('Set MO_URL to the address and login of a server, as the account sys.')
const { host, port, user, password } = parseConnectionUrl(url)
await runTour({ server: { host, port, user, password } }, (line) => {
  process.stdout.write(`${line}\n`)
})
