/** Clients that are compared where they are installed: `npm install --no-save drizzle-orm mariadb`. */

/** Imports by name, so that no tool looks for packages that are not there. */
const load = (...names) => Promise.all(names.map((name) => import(name)))

export const optionalPeers = {
  mariadb: async () => (await load('mariadb'))[0],
  drizzle: () => load('drizzle-orm/mysql2', 'drizzle-orm/mysql-core', 'drizzle-orm'),
}

/** The names of those that are installed. */
export async function installedPeers() {
  const found = await Promise.all(
    Object.entries(optionalPeers).map(([name, peer]) =>
      peer().then(
        () => [name],
        () => [],
      ),
    ),
  )
  return found.flat()
}
