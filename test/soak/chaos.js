/** Faults at random: cuts before, during and after a statement, kills, delays, black holes. */
const STATEMENTS = [/^update/, /^update/, /^insert/, /^commit/, /^commit/, /^begin/, /^rollback/]

const pick = (list) => list[Math.floor(Math.random() * list.length)]

/** Arms a fault every so often until it is stopped; counts those that struck, by kind. */
export function startChaos({ faults, send, connections, every }) {
  const struck = {}
  const count = (kind) => (struck[kind] = (struck[kind] ?? 0) + 1)

  const kinds = {
    cut: () => {
      const at = pick(['before', 'after', 'during-reply'])
      const statement = pick(STATEMENTS)
      const fault = faults.cut({ at, statement, how: pick(['fin', 'rst']) })
      void fault.struck.then(() => count(`cut ${at} ${statement.source.slice(1)}`))
    },
    delay: () => {
      const fault = faults.delay({ ms: 50 + Math.random() * 400, statement: pick(STATEMENTS) })
      void fault.struck.then(() => count('delay'))
    },
    blackHole: () => {
      const fault = faults.blackHole({ at: pick(['before', 'after']), statement: pick(STATEMENTS) })
      void fault.struck.then(() => count('black hole'))
    },
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
  ]
  const timer = setInterval(() => kinds[pick(weighted)](), every)
  return {
    struck,
    stop: async () => {
      clearInterval(timer)
      await faults.clear()
    },
  }
}
