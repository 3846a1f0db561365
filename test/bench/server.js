/** The server that is measured, from `MO_URL`. */
import { createConnection } from 'mysql2'

/** `mysql://user:password@host:6001`, without a database. */
export function serverUrl() {
  const given = process.env.MO_URL
  if (given === undefined || given === '') {
    console.error(
      'The benches need a MatrixOne: MO_URL=mysql://user:password@host:6001 npm run bench',
    )
    process.exit(2)
  }
  const url = new URL(given)
  url.pathname = ''
  return url.href
}

/** The connection options that the peers share. */
export function connectionOptions() {
  const { hostname, port, username, password } = new URL(serverUrl())
  return {
    host: hostname,
    port: Number(port || 6001),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
}

/** Runs a task with a function that sends statements; MatrixOne ignores COM_QUIT, so the socket is destroyed. */
export async function withStatements(task, options = connectionOptions()) {
  const connection = createConnection(options)
  const send = (sql) =>
    new Promise((resolve, reject) => {
      connection.query(sql, (error, rows) => (error === null ? resolve(rows) : reject(error)))
    })
  try {
    return await task(send)
  } finally {
    connection.destroy()
  }
}
