import { MatrixOne } from 'kysely-matrixone'
import { exportAndReload } from './files.js'
import { walkThroughHistory } from './history.js'
import { type Patience, replicate } from './replication.js'
import { share } from './sharing.js'
import { ADMIN, openShop, OWNER, READER, type Server } from './shop.js'

/** The settings of the tour. */
export interface TourOptions {
  readonly server: Server
  /** Where the database server finds itself; the server's address, unless something stands between. */
  readonly self?: { readonly host: string; readonly port: number }
  readonly patience?: Patience
}

/** Goes through the managers in two accounts of its own, which it makes and drops. */
export async function runTour(
  { server, self = server, patience = { questions: 120, pause: 250 } }: TourOptions,
  print: (line: string) => void,
): Promise<void> {
  const root = new MatrixOne<unknown>({ connection: server })
  try {
    for (const account of [OWNER, READER]) {
      await root.account.drop(account, { ifExists: true })
      await root.account.create(account, { admin: ADMIN })
    }
    const db = await openShop(server)
    try {
      await walkThroughHistory(db, print)
      await replicate(db, server, { host: self.host, port: self.port }, patience, print)
      await share(db, server, print)
      await exportAndReload(db, print)
    } finally {
      await db.destroy()
    }
  } finally {
    for (const account of [READER, OWNER]) await root.account.drop(account, { ifExists: true })
    await root.destroy()
  }
}
