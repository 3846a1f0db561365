/** The table of the benches that read one row by its primary key. */
import { withStatements } from './server.js'

/** Creates the database with the table `p` of 200 rows. */
export function createPoints(database) {
  return withStatements(async (send) => {
    const rows = Array.from(
      { length: 200 },
      (_, id) => `(${id}, 'name ${id}', ${id * 1000}, '2024-05-06 07:08:09', true)`,
    )
    await send(`drop database if exists ${database}`)
    await send(`create database ${database}`)
    await send(
      `create table ${database}.p (id int primary key, name varchar(50), n bigint, t datetime, b bool)`,
    )
    await send(`insert into ${database}.p values ${rows.join(', ')}`)
  })
}

export function dropPoints(database) {
  return withStatements((send) => send(`drop database ${database}`))
}

/** Reads a row, another each time. */
export function readPoint(db, index) {
  return db
    .selectFrom('p')
    .selectAll()
    .where('id', '=', index % 200)
    .execute()
}
