import { Readable } from 'node:stream'
import { createConnection, createPool, type Connection, type RowDataPacket } from 'mysql2/promise'
import type { Address } from '../support/address.js'

/** Everything that a client saw in one session, as plain values that can be compared. */
export interface SeenByClient {
  readonly threadIds: readonly (number | null)[]
  readonly answers: readonly unknown[]
}

const DATABASE = 'kmo_testing_session'

/** Runs a session that uses each feature of the protocol once, and returns all that came back. */
export async function runSession(address: Address): Promise<SeenByClient> {
  const connection = await createConnection({
    ...address,
    multipleStatements: true,
    infileStreamFactory: () => Readable.from([Buffer.from('7,seven\n8,'), Buffer.from('eight\n')]),
  })
  const answers: unknown[] = []
  const ask = async (sql: string, values?: unknown[]): Promise<void> => {
    answers.push(await outcomeOf(connection, sql, values))
  }
  await ask(`drop database if exists ${DATABASE}`)
  await ask(`create database ${DATABASE}`)
  await ask(`use ${DATABASE}`)
  await ask('create table t (id int primary key, name varchar(40), v vecf32(3), b varbinary(8))')
  await ask("insert into t values (1, 'é😀', '[1,2.5,-3]', x'00ff80'), (2, null, null, null)")
  await ask('select * from t order by id')
  await ask('insert into t (id) values (1)')
  await ask('select nope from t')
  await ask('select 1 a; select 2 b; update t set name = name where id = 1')
  await ask('select id, name, v, b from t where id >= ? order by id', [1])
  await ask('select id, name, v, b from t where id >= ? order by id', [2])
  await ask('insert into t (id, name) values (?, ?)', [3, '😀'])
  await ask("load data local infile 'rows.csv' into table t fields terminated by ',' (id, name)")
  await ask('select id, name from t where id > 2 order by id')
  await ask(`select '${'y'.repeat(17_000_000)}' sent`)
  await ask('select connection_id() id')
  await connection.ping()
  answers.push(await connection.changeUser({ user: 'root' }).catch(describeError))
  const pooled = await runPool(address)
  await ask(`drop database ${DATABASE}`)
  const refused = await createConnection({ ...address, password: 'wrong' }).catch(describeError)
  connection.destroy()
  return {
    threadIds: [connection.threadId, ...pooled.threadIds],
    answers: [...answers, ...pooled.answers, refused],
  }
}

/** Five connections that open at the same time and answer ten queries. */
async function runPool(address: Address): Promise<SeenByClient> {
  const pool = createPool({ ...address, database: DATABASE, connectionLimit: 5 })
  const raw: Connection[] = []
  const threadIds: number[] = []
  pool.on('connection', (connection) => {
    threadIds.push(connection.threadId)
    raw.push(connection as unknown as Connection)
  })
  const answers = await Promise.all(
    Array.from({ length: 10 }, async (_, id) => {
      const [rows] = await pool.query<RowDataPacket[]>('select id, name from t where id = ?', [id])
      return rows
    }),
  )
  await pool.end()
  for (const connection of raw) connection.destroy()
  return { threadIds, answers }
}

async function outcomeOf(
  connection: Connection,
  sql: string,
  values?: unknown[],
): Promise<unknown> {
  try {
    const [rows, fields] =
      values === undefined
        ? await connection.query<RowDataPacket[]>(sql)
        : await connection.execute<RowDataPacket[]>(sql, values as number[])
    return { rows, fields: fields?.map((field) => field?.name) }
  } catch (error) {
    return describeError(error)
  }
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const { message, code, errno } = error as NodeJS.ErrnoException
  return { message, code, errno }
}
