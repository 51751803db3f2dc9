import { findPackageJSON } from 'node:module'
import { pathToFileURL } from 'node:url'
import { buildApp } from 'fauxqs'
import { z } from 'zod'

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>

/** fauxqs's queues, which this package reads and fills in process. */
type QueueStore = Stores['sqsStore']
export type Queue = NonNullable<ReturnType<QueueStore['getQueueByName']>>
export type QueuedMessage = Queue['messages'][number]
type QueueStoreClass = {
  new (): QueueStore
  createMessage(body: string, attributes: QueuedMessage['messageAttributes']): QueuedMessage
}

const isClass = (value: unknown) => typeof value === 'function'
const sqsModule = z.object({ SqsStore: z.custom<QueueStoreClass>(isClass) })
const snsModule = z.object({ SnsStore: z.custom<new () => Stores['snsStore']>(isClass) })
const typesModule = z.object({ INVALID_MESSAGE_BODY_CHAR: z.instanceof(RegExp) })
const s3Module = z.object({ S3Store: z.custom<new () => Stores['s3Store']>(isClass) })

/**
 * Characters that SQS refuses (SQS API Reference, SendMessage). fauxqs 2.4 would also refuse
 * characters from U+10000 on, which SQS accepts.
 */
const refused = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Loads the classes of fauxqs's stores by file name, because fauxqs 2.4 accepts stores but does not
 * export their classes. A store of our own is needed to read a queue without receiving its messages,
 * and to restore a message with its receive count. The package is pinned to one version.
 */
const load = async () => {
  const manifest = findPackageJSON('fauxqs', import.meta.url)
  if (manifest === undefined) throw new Error('fauxqs is not installed')
  const file = (path: string): Promise<unknown> =>
    import(new URL(path, pathToFileURL(manifest)).href)
  const { SqsStore } = sqsModule.parse(await file('dist/sqs/sqsStore.js'))
  const { SnsStore } = snsModule.parse(await file('dist/sns/snsStore.js'))
  const { S3Store } = s3Module.parse(await file('dist/s3/s3Store.js'))
  const types = typesModule.parse(await file('dist/sqs/sqsTypes.js'))
  types.INVALID_MESSAGE_BODY_CHAR.test = (text) => refused.test(text)
  return { SqsStore, SnsStore, S3Store }
}

/** A fauxqs application, with access to its queues in process. */
export const openQueues = async (region: string) => {
  const { SqsStore, SnsStore, S3Store } = await load()
  const store = new SqsStore()
  // Without a host, fauxqs makes queue URLs from the request's address: http://127.0.0.1:port/…
  store.host = ''
  const stores = { sqsStore: store, snsStore: new SnsStore(), s3Store: new S3Store() }
  const app = buildApp({ logger: false, defaultRegion: region, stores })
  return {
    app,
    store,
    createMessage: (body: string, attributes: QueuedMessage['messageAttributes']) =>
      SqsStore.createMessage(body, attributes),
  }
}
