import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb'
import {
  AccessKeyId,
  dueShards,
  freezeScopesOf,
  KeynagError,
  transient,
  type AccountId,
  type CapCount,
  type AccountScan,
  type Clock,
  type Committed,
  type DeployedConfiguration,
  type Due,
  type EndedFreeze,
  type Entry,
  type EntryState,
  type EpochMs,
  type FactRecord,
  type Freeze,
  type KnownAccount,
  type Ledger,
  type Notice,
  type NoticeId,
  type Outage,
  type Page,
  type OutageSubject,
  type Replay,
  type Rotation,
  type ScanDay,
  type SentMail,
  type UserId,
  type Write,
} from '@keynag/core'
import { z } from 'zod'
import { backOffMs, type Random } from '../back-off.ts'
import { calling, type Call } from '../classify.ts'
import { clientConfig, lazily, type ClientSettings } from '../session/client-settings.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { commitWrites } from './ledger-commit.ts'
import {
  accountScansOf,
  activeFreezes,
  endedFreezes,
  factsOf,
  itemKeys,
  knownAccounts,
  outages,
  readItem,
  type ItemKey,
} from './ledger-item.ts'
import type { LedgerIndex } from './ledger-table.ts'
import { StateRow, statePage } from './state-page.ts'

const pageSize = 100
/** BatchGetItem takes up to a hundred keys (DynamoDB API Reference). */
const batchSize = 100
const mostBatchTries = 8
const batchPauses = { firstMs: 50, mostMs: 2_000 }

/** The ledger in one DynamoDB table; docs/ledger.md shows its items. */
export class DynamoLedger implements Ledger {
  readonly #table: string
  readonly #time: { readonly clock: Clock; readonly random: Random }
  readonly #documents: () => DynamoDBDocumentClient
  readonly #onUnreadable: ((error: KeynagError) => void) | undefined

  /**
   * @param onUnreadable called for each item that cannot be read; queries then leave it out, and the
   *   rest of the estate goes on. A single document and a key's timeline are read whole or not at all.
   */
  constructor(
    settings: ClientSettings,
    table: string,
    time: { clock: Clock; random: Random },
    { onUnreadable }: { readonly onUnreadable?: ((error: KeynagError) => void) | undefined } = {},
  ) {
    this.#table = table
    this.#time = time
    this.#onUnreadable = onUnreadable
    this.#documents = lazily(() =>
      DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig('dynamodb', settings)), {
        marshallOptions: { removeUndefinedValues: true },
      }),
    )
  }

  commit(writes: readonly Write[]): Promise<Committed> {
    return commitWrites({ documents: this.#documents(), table: this.#table, ...this.#time }, writes)
  }

  async entry(accessKeyId: AccessKeyId): Promise<Entry | undefined> {
    return this.#get(itemKeys.entry(accessKeyId), readItem.entry)
  }

  async entries(accessKeyIds: readonly AccessKeyId[]): Promise<readonly Entry[]> {
    const ids = [...new Set(accessKeyIds)]
    const found: Entry[] = []
    for (let start = 0; start < ids.length; start += batchSize) {
      found.push(...(await this.#batch(ids.slice(start, start + batchSize).map(itemKeys.entry))))
    }
    return found
  }

  async timeline(accessKeyId: AccessKeyId): Promise<readonly FactRecord[]> {
    return this.#collection(factsOf(accessKeyId), readItem.fact, 'whole')
  }

  async rotation(accountId: AccountId, userId: UserId): Promise<Rotation | undefined> {
    return this.#get(itemKeys.rotation(accountId, userId), readItem.rotation)
  }

  async notice(noticeId: NoticeId): Promise<Notice | undefined> {
    return this.#get(itemKeys.notice(noticeId), readItem.notice)
  }

  async scanDay(date: string): Promise<ScanDay | undefined> {
    return this.#get(itemKeys.scanDay(date), readItem.scanDay)
  }

  async accountScan(date: string, accountId: AccountId): Promise<AccountScan | undefined> {
    return this.#get(itemKeys.accountScan(date, accountId), readItem.accountScan)
  }

  async accountScans(date: string): Promise<readonly AccountScan[]> {
    return this.#collection(accountScansOf(date), readItem.accountScan)
  }

  async account(accountId: AccountId): Promise<KnownAccount | undefined> {
    return this.#get(itemKeys.account(accountId), readItem.account)
  }

  async accounts(): Promise<readonly KnownAccount[]> {
    return this.#collection(knownAccounts, readItem.account)
  }

  async outage(subject: OutageSubject): Promise<Outage | undefined> {
    return this.#get(itemKeys.outage(subject), readItem.outage)
  }

  async outages(): Promise<readonly Outage[]> {
    return this.#collection(outages, readItem.outage)
  }

  async replay(eventId: string): Promise<Replay | undefined> {
    return this.#get(itemKeys.replay(eventId), readItem.replay)
  }

  async sentMail(messageId: string): Promise<SentMail | undefined> {
    return this.#get(itemKeys.sentMail(messageId), readItem.sentMail)
  }

  async entriesOfAccount(accountId: AccountId, cursor?: string): Promise<Page<Entry>> {
    const where = equals('accountEntries', accountId)
    return this.#page('account', accountId, where, readItem.entry, cursor)
  }

  async entriesOfAudience(audience: string, cursor?: string): Promise<Page<Entry>> {
    if (audience === '') return { items: [] }
    const where = equals('audienceEntries', audience)
    return this.#page('audience', audience, where, readItem.entry, cursor)
  }

  async entriesOfOwner(ownerId: string, cursor?: string): Promise<Page<Entry>> {
    if (ownerId === '') return { items: [] }
    const page = await this.#page(
      'owner',
      ownerId,
      equals('ownerEntries', ownerId),
      (row) => OwnerRow.parse(row).accessKeyId,
      cursor,
    )
    const items = (await this.entries(page.items)).filter(({ owner }) => owner.id === ownerId)
    return { ...page, items: inOrder(items, page.items) }
  }

  async entriesInState(state: EntryState, cursor?: string): Promise<Page<Entry>> {
    const { rows, ...rest } = await statePage(
      state,
      { cursor, pageSize },
      async (stateEntries, after) => {
        const answer = await this.#query({
          ...equals('stateEntries', stateEntries),
          IndexName: 'state' satisfies LedgerIndex,
          Limit: pageSize,
          ExclusiveStartKey: after,
        })
        const found = (answer.Items ?? []).map((row) => StateRow.parse(row))
        return { rows: found, more: answer.LastEvaluatedKey !== undefined }
      },
    )
    const ids = rows.map(({ accessKeyId }) => accessKeyId)
    const items = (await this.entries(ids)).filter((entry) => entry.state === state)
    return { ...rest, items: inOrder(items, ids) }
  }

  /** Reads the account index, which holds only entries. */
  async allEntries(cursor?: string): Promise<Page<Entry>> {
    const answer = await calling(this.#call('Scan'), () =>
      this.#documents().send(
        new ScanCommand({
          TableName: this.#table,
          IndexName: 'account' satisfies LedgerIndex,
          Limit: pageSize,
          ...(cursor === undefined ? {} : { ExclusiveStartKey: readCursor('all', cursor) }),
        }),
      ),
    )
    return pageOf('all', answer, (items) => this.#readAll(items, readItem.entry))
  }

  async due(shard: number, now: EpochMs, cursor?: string): Promise<Page<Due>> {
    if (shard < 0 || shard >= dueShards) throw new RangeError(`there is no shard ${shard}`)
    const where = {
      KeyConditionExpression: '#shard = :shard AND #at <= :now',
      ExpressionAttributeNames: { '#shard': 'dueShard', '#at': 'dueAt' },
      ExpressionAttributeValues: { ':shard': shard, ':now': now },
    }
    return this.#page('due', String(shard), where, readItem.due, cursor)
  }

  async capUsed(of: Omit<CapCount, 'limit'>): Promise<number> {
    return (await this.#get(itemKeys.cap(of), readItem.cap))?.count ?? 0
  }

  async configuration(): Promise<DeployedConfiguration | undefined> {
    return this.#get(itemKeys.configuration, readItem.configuration)
  }

  async freezeOver(key: Pick<Entry, 'accountId' | 'policy'>): Promise<Freeze | undefined> {
    const found = await Promise.all(
      freezeScopesOf(key).map((scope) => this.#get(itemKeys.freeze(scope), readItem.freeze)),
    )
    return found.find((freeze) => freeze !== undefined)
  }

  async freezes(): Promise<readonly Freeze[]> {
    return this.#collection(activeFreezes, readItem.freeze)
  }

  async endedFreezes(): Promise<readonly EndedFreeze[]> {
    return this.#collection(endedFreezes, readItem.endedFreeze)
  }

  async #get<T>(key: ItemKey, read: (item: unknown) => T): Promise<T | undefined> {
    const { Item } = await calling(this.#call('GetItem'), () =>
      this.#documents().send(
        new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true }),
      ),
    )
    return Item === undefined ? undefined : read(Item)
  }

  /** DynamoDB returns what fits into one response, and the keys that it left out. */
  async #batch(keys: readonly ItemKey[]): Promise<readonly Entry[]> {
    const found: Entry[] = []
    let open: Record<string, unknown>[] = keys.map((key) => ({ ...key }))
    for (let tries = 0; tries < mostBatchTries; tries += 1) {
      const request = { [this.#table]: { Keys: open, ConsistentRead: true } }
      const { Responses, UnprocessedKeys } = await calling(this.#call('BatchGetItem'), () =>
        this.#documents().send(new BatchGetCommand({ RequestItems: request })),
      )
      found.push(...this.#readAll(Responses?.[this.#table], readItem.entry))
      open = UnprocessedKeys?.[this.#table]?.Keys ?? []
      if (open.length === 0) return found
      const { clock, random } = this.#time
      await clock.sleep(backOffMs(tries, { ...batchPauses, random }))
    }
    throw transient('KEYNAG_THROTTLED', `the ledger left ${open.length} entries unread`)
  }

  /** Every item of one partition whose sort key begins with the prefix, strongly consistent. */
  async #collection<T>(
    { pk, prefix }: { readonly pk: string; readonly prefix: string },
    read: (item: unknown) => T,
    whole?: 'whole',
  ): Promise<readonly T[]> {
    const found: T[] = []
    let ExclusiveStartKey: Record<string, unknown> | undefined
    do {
      const answer = await this.#query({
        KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        ConsistentRead: true,
        ExclusiveStartKey,
      })
      found.push(
        ...(whole === undefined
          ? this.#readAll(answer.Items, read)
          : (answer.Items ?? []).map((item) => read(item))),
      )
      ExclusiveStartKey = answer.LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
    return found
  }

  async #page<T>(
    index: LedgerIndex,
    about: string,
    where: Omit<QueryCommandInput, 'TableName'>,
    read: (item: unknown) => T,
    cursor: string | undefined,
  ): Promise<Page<T>> {
    const query = `${index}/${about}`
    const answer = await this.#query({
      ...where,
      IndexName: index,
      Limit: pageSize,
      ...(cursor === undefined ? {} : { ExclusiveStartKey: readCursor(query, cursor) }),
    })
    return pageOf(query, answer, (items) => this.#readAll(items, read))
  }

  #call(operation: string): Call {
    return { operation: `dynamodb:${operation} of table ${this.#table}` }
  }

  #readAll<T>(items: readonly unknown[] | undefined, read: (item: unknown) => T): T[] {
    return (items ?? []).flatMap((item) => {
      try {
        return [read(item)]
      } catch (error) {
        if (this.#onUnreadable === undefined || !(error instanceof KeynagError)) throw error
        this.#onUnreadable(error)
        return []
      }
    })
  }

  #query(input: Omit<QueryCommandInput, 'TableName'>) {
    return calling(this.#call('Query'), () =>
      this.#documents().send(new QueryCommand({ TableName: this.#table, ...input })),
    )
  }
}

const equals = (attribute: string, value: string) => ({
  KeyConditionExpression: '#key = :value',
  ExpressionAttributeNames: { '#key': attribute },
  ExpressionAttributeValues: { ':value': value },
})

const OwnerRow = z.object({ accessKeyId: AccessKeyId })

/** DynamoDB returns a batch in no particular order. */
function inOrder(entries: readonly Entry[], ids: readonly AccessKeyId[]): readonly Entry[] {
  const places = new Map(ids.map((id, place) => [id, place]))
  const placeOf = ({ accessKeyId }: Entry): number => places.get(accessKeyId) ?? 0
  return [...entries].sort((a, b) => placeOf(a) - placeOf(b))
}

function pageOf<T>(
  query: string,
  answer: {
    Items?: Record<string, unknown>[] | undefined
    LastEvaluatedKey?: Record<string, unknown> | undefined
  },
  readAll: (items: readonly unknown[] | undefined) => T[],
): Page<T> {
  const items = readAll(answer.Items)
  const { LastEvaluatedKey: last } = answer
  return last === undefined ? { items } : { items, cursor: writeCursor(query, last) }
}
