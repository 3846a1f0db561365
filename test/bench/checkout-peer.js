/** One peer of `connections`: takes the one connection of a pool and puts it back. */
import { MatrixOne } from 'kysely-matrixone'
import { servePeer } from './peers.js'
import { connectionOptions } from './server.js'

const hooks = process.argv[2] === 'hooked' ? ['enable_hnsw', async (one) => void one.id] : []
const db = new MatrixOne({ connection: { ...connectionOptions(), connectionLimit: 1 }, hooks })
const operate = () => db.connection().execute(async () => undefined)
await servePeer(operate)
