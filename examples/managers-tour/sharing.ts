import { type MatrixOne, PubSubError } from 'kysely-matrixone'
import { DATABASE, logIn, OWNER, READER, type Server, type Shop } from './shop.js'

type Print = (line: string) => void

/** Publishes a table to another account, which reads it until it may no longer. */
export async function share(db: MatrixOne<Shop>, server: Server, print: Print): Promise<void> {
  print('publication')
  await db.pubsub.publications.create('catalogue', {
    database: DATABASE,
    tables: ['products'],
    accounts: [READER],
    comment: 'What we sell',
  })
  const reader = logIn<Pick<Shop, 'products'>>(server, READER)
  try {
    await reader.pubsub.subscriptions.create('partner', { from: OWNER, publication: 'catalogue' })
    const products = await reader
      .withSchema('partner')
      .selectFrom('products')
      .select(['name', 'price', 'embedding'])
      .orderBy('id')
      .execute()
    for (const { name, price, embedding } of products) {
      print(`  ${READER} reads ${name} at ${price}, ${embedding?.length ?? 'no'} dimensions`)
    }
    const { subscribers } = await db.pubsub.publications.get('catalogue')
    print(`  subscribers: ${subscribers.join(', ')}`)

    await reader.pubsub.subscriptions.drop('partner')
    await db.pubsub.publications.drop('catalogue')
    const refused = await reader.pubsub.subscriptions
      .create('partner', { from: OWNER, publication: 'catalogue' })
      .catch((error: unknown) => error)
    print(
      `  withdrawn: ${refused instanceof PubSubError ? 'no subscriber is left' : 'still there'}`,
    )
  } finally {
    await reader.destroy()
  }
}
