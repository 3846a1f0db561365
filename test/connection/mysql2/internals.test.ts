import { once } from 'node:events'
import { Socket } from 'node:net'
import mysql from 'mysql2'
import { expect, it } from 'vitest'
import {
  openConnections,
  optionsOf,
  serverVersionOf,
  socketOf,
} from '../../../src/connection/mysql2/internals.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)

it('mysql2 has the properties that its types leave out', async () => {
  const pool = mysql.createPool({ ...server.options, connectionLimit: 3 })
  expect(openConnections(pool)).toEqual([])
  const raw = await new Promise<mysql.PoolConnection>((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)))
  })
  expect(serverVersionOf(raw)).toBe(server.version)
  expect(openConnections(pool)).toHaveLength(1)
  expect(openConnections(pool)[0]).toBe(raw)
  expect(optionsOf(pool)).toMatchObject({
    connectionLimit: 3,
    resetOnRelease: false,
    connectionConfig: { host: server.options.host, charsetNumber: 224 },
  })
  const socket = socketOf(raw)
  expect(socket).toBeInstanceOf(Socket)
  raw.destroy()
  await once(socket, 'close')
})
