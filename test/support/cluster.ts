/** Two compute nodes behind MatrixOne's proxy, as the tests see and move them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import type { MatrixOne } from 'kysely-matrixone'
import { connectionIdOf } from './queries.js'
import type { TestServer } from './server.js'

/** An idle session has moved within 3.5 s of being asked to (4.2.0). */
const POLLS = 40
const POLL_EVERY = 500
const MOST_HELD = 8

/** The nodes of the cluster that `MO_CLUSTER_URL` names. */
export interface TestCluster {
  /** Their ids, sorted; rejects when there are fewer than two. */
  nodes(): Promise<readonly string[]>
  /** Where the session of this connection is now; it is not touched. */
  nodeOf(connectionId: number): Promise<string>
  /** Lets the sessions of a node go elsewhere while the callback runs. */
  drain<T>(node: string, callback: () => Promise<T>): Promise<T>
  /** Runs the callback with one connection of the pool to each of two nodes. */
  onBothNodes<DB>(
    db: MatrixOne<DB>,
    run: (one: MatrixOne<DB>, other: MatrixOne<DB>) => Promise<void>,
  ): Promise<void>
  /** Waits until the connection has left the node; false when it stays. */
  hasLeft(connectionId: number, node: string, polls?: number): Promise<boolean>
}

/** @param admin a connection through the proxy, whose session may itself move */
export function openCluster(server: TestServer, admin: Connection): TestCluster {
  const rows = async <Row>(text: string): Promise<readonly (Row & RowDataPacket)[]> =>
    (await admin.query<(Row & RowDataPacket)[]>(text))[0]
  /** 1 is working, 2 draining. */
  const setState = async (node: string, state: 1 | 2): Promise<void> => {
    await rows(`select mo_ctl('cn', 'workstate', '${node}:${state}') as done`)
  }
  const cluster: TestCluster = {
    nodes: async () => {
      const servers = await rows<{ readonly UUID: string }>('show backend servers')
      const ids = servers.map(({ UUID }) => UUID).toSorted()
      if (ids.length < 2) throw new Error('MO_CLUSTER_URL: these tests need two compute nodes.')
      return ids
    },
    nodeOf: async (connectionId) => {
      const [found] = await rows<{ readonly node: string }>(
        `select node_id as node from processlist() p where conn_id = ${connectionId}`,
      )
      return found?.node ?? 'nowhere'
    },
    drain: async (node, callback) => {
      await setState(node, 2)
      try {
        return await callback()
      } finally {
        await setState(node, 1)
      }
    },
    onBothNodes: (db, run) =>
      db.pinned(async (one) => {
        const node = await cluster.nodeOf(await connectionIdOf(one))
        const find = (held: number): Promise<void> =>
          db.pinned(async (other) => {
            const isElsewhere = (await cluster.nodeOf(await connectionIdOf(other))) !== node
            if (isElsewhere) return run(one, other)
            // The proxy takes the node with the fewest connections, of whichever program.
            if (held === MOST_HELD) throw new Error('Every connection is on one node.')
            return find(held + 1)
          })
        await find(1)
      }),
    hasLeft: async (connectionId, node, polls = POLLS) => {
      for (let poll = 0; poll < polls; poll += 1) {
        if (server.mode !== 'replay') await sleep(POLL_EVERY)
        if ((await cluster.nodeOf(connectionId)) !== node) return true
      }
      return false
    },
  }
  return cluster
}
