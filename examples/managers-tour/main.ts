/** `MO_URL=mysql://user:password@host:6001 node examples/dist/examples/managers-tour/main.js` */
import { parseConnectionUrl } from 'kysely-matrixone'
import { runTour } from './tour.js'

const url = process.env['MO_URL']
if (url === undefined) throw new Error('MO_URL says where the server is, and who you are: sys.')
const { host = '127.0.0.1', port = 6001, user = 'root', password = '' } = parseConnectionUrl(url)
await runTour({ server: { host, port, user, password } }, (line) => {
  process.stdout.write(`${line}\n`)
})
