import { record, replay, type RecordOptions, type Tape } from 'kysely-matrixone/testing'
import { createConnection } from 'mysql2/promise'
import { describe, expect, it } from 'vitest'

const MARIADB = '5.5.5-10.11.19-MariaDB'
const MATRIXONE = '8.0.30-MatrixOne-v4.2.0'

describe('a tape', () => {
  it('is made from MatrixOne only, so that no stand-in passes for it', async () => {
    await expect(recordLogin(MATRIXONE)).resolves.toMatchObject({ server: MATRIXONE })
    await expect(recordLogin(MARIADB)).rejects.toThrow(
      `A tape is only made from a MatrixOne server; this one calls itself ${MARIADB}.`,
    )
  })

  it('is made from MariaDB only when that is what it was asked to be of', async () => {
    const product = 'MariaDB'
    await expect(recordLogin(MARIADB, { product })).resolves.toMatchObject({ server: MARIADB })
    await expect(recordLogin(MATRIXONE, { product })).rejects.toThrow(
      `A tape is only made from a MariaDB server; this one calls itself ${MATRIXONE}.`,
    )
  })
})

/** Records a login at a server that calls itself so. */
async function recordLogin(
  version: string,
  options: Pick<RecordOptions, 'product'> = {},
): Promise<Tape> {
  const capabilities = 0x8_a209
  const greeting = {
    version,
    capabilities,
    charset: 45,
    status: 2,
    plugin: 'mysql_native_password',
  }
  const server = await replay({
    format: 'kysely-matrixone tape 1',
    server: version,
    recorded: '2026-11-21',
    greeting,
    connections: [],
  })
  const recorder = await record({ target: server, ...options })
  const { host, port } = recorder
  const connection = await createConnection({ host, port, user: 'root' })
  connection.destroy()
  await recorder.close()
  await server.close()
  return recorder.tape
}
