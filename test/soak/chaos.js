/** Faults at random: cuts, resets, delays, black holes, garbled replies, kills, a server that is stopped. */
const STATEMENTS = [/^update/, /^update/, /^insert/, /^commit/, /^commit/, /^begin/, /^rollback/]

/** Rounds of faults between two stops of the server, which stop all connections at once. */
const PAUSE_EVERY = 60

const pick = (list) => list[Math.floor(Math.random() * list.length)]

/**
 * Arms a fault every so often until it is stopped; counts those that struck, by kind.
 *
 * @param pause stops the server's process for a while; absent where nothing tells how
 */
export function startChaos({ faults, send, connections, pause, every }) {
  const struck = {}
  const count = (kind) => (struck[kind] = (struck[kind] ?? 0) + 1)

  const kinds = {
    cut: () => {
      const at = pick(['before', 'after', 'during-reply'])
      const statement = pick(STATEMENTS)
      const how = pick(['fin', 'rst'])
      const fault = faults.cut({ at, statement, how })
      void fault.struck.then(() =>
        count(`${how === 'rst' ? 'reset' : 'cut'} ${at} ${statement.source.slice(1)}`),
      )
    },
    delay: () => {
      const fault = faults.delay({ ms: 50 + Math.random() * 400, statement: pick(STATEMENTS) })
      void fault.struck.then(() => count('delay'))
    },
    blackHole: () => {
      const fault = faults.blackHole({ at: pick(['before', 'after']), statement: pick(STATEMENTS) })
      void fault.struck.then(() => count('black hole'))
    },
    garble: () => {
      const statement = pick(STATEMENTS)
      const fault = faults.garble({ statement })
      void fault.struck.then(() => count(`garbled reply to ${statement.source.slice(1)}`))
    },
    pause: () =>
      pause?.().then(
        () => count('server stopped for a second'),
        () => undefined,
      ),
    killQuery: () => kill('kill query'),
    killConnection: () => kill('kill'),
  }

  const kill = (statement) => {
    const id = pick([...connections])
    if (id === undefined) return
    send(`${statement} ${id}`).then(
      () => count(statement),
      () => undefined,
    )
  }

  const weighted = [
    'cut',
    'cut',
    'cut',
    'delay',
    'delay',
    'killQuery',
    'killConnection',
    'blackHole',
    'garble',
  ]
  let round = 0
  const timer = setInterval(() => {
    if (++round % PAUSE_EVERY === 0) kinds.pause()
    else kinds[pick(weighted)]()
  }, every)
  return {
    struck,
    stop: async () => {
      clearInterval(timer)
      await faults.clear()
    },
  }
}
