import { MatrixOne } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { runTour } from '../../examples/managers-tour/tour.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

/** Where the server finds itself, whatever stands in front of it here. */
const { hostname: host, port } = new URL(process.env['MO_URL'] ?? 'mysql://127.0.0.1:6001')

describe('the tour through the managers', () => {
  it(
    'goes from a snapshot to a reloaded file, and leaves nothing behind',
    { timeout: 180_000 },
    async () => {
      const lines: string[] = []
      const pause = server.mode === 'replay' ? 0 : 250
      await runTour(
        {
          server: server.options,
          self: { host, port: Number(port) },
          patience: { questions: 200, pause },
        },
        (line) => lines.push(line),
      )
      expect(lines).toMatchInlineSnapshot(`
        [
          "snapshot",
          "  opened of database shop",
          "diff with the snapshot",
          "  update order 1, quantity 3",
          "  delete order 3, quantity 5",
          "branch",
          "  1 inserted, 1 updated, 0 deleted",
          "  orders 1: 3, 2: 1 (gift)",
          "merge",
          "  2 changes applied, verified: true",
          "  orders 1: 3, 2: 1 (wrapped), 4: 7 (on the branch)",
          "restore",
          "  now    1: 2, 2: 1 (gift), 3: 5",
          "  merged 1: 3, 2: 1 (wrapped), 4: 7 (on the branch)",
          "  opened 1: 2, 2: 1 (gift), 3: 5",
          "change data capture",
          "  orders_to_copy is running",
          "  the rows have arrived: 2, 1, 5",
          "  so has the change: 2, 1, 6",
          "  shop.orders: no error",
          "publication",
          "  kmo_tour_reader reads Pen 🖋️ at 4.50, 3 dimensions",
          "  kmo_tour_reader reads 12" ruler, "it's \\ steel" at 12.00, 3 dimensions",
          "  kmo_tour_reader reads 墨水 at 0.99, no dimensions",
          "  subscribers: kmo_tour_reader",
          "  withdrawn: no subscriber is left",
          "export and load",
          "  stage://backup/products.csv",
          "  3 rows loaded",
          "  3 of 3 rows are the same",
        ]
      `)
      const root = new MatrixOne<unknown>({ connection: server.options })
      const accounts = (await root.account.list()).map(({ name }) => name)
      expect(accounts.filter((name) => name.startsWith('kmo_tour'))).toEqual([])
      await root.destroy()
    },
  )
})
