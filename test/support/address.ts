/** Where and as whom `MO_URL`, or the variable of another server, says to connect. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** The port of a server whose URL names none. */
export function defaultPortOf(variable: string): number {
  return variable === 'MARIADB_URL' ? 3306 : 6001
}

/** @throws {Error} when the text is no `mysql://` URL; the message does not repeat it */
export function addressOf(url: string, variable = 'MO_URL'): Address {
  if (!URL.canParse(url) || new URL(url).protocol !== 'mysql:') {
    throw new Error(`${variable} must look like mysql://user:password@host:port.`)
  }
  const { hostname, port, username, password } = new URL(url)
  return {
    host: hostname,
    port: Number(port || defaultPortOf(variable)),
    user: decodeURIComponent(username || 'root'),
    password: decodeURIComponent(password || '111'),
  }
}
