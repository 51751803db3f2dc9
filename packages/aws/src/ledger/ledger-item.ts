import { z } from 'zod'
import {
  AccessKeyId,
  AccountId,
  AccountScan,
  DeployedConfiguration,
  dueShardOf,
  EndedFreeze,
  Entry,
  EpochMs,
  epochMs,
  FactRecord,
  freezeScopeText,
  isoTime,
  KnownAccount,
  Notice,
  NoticeId,
  Outage,
  outageSubject,
  permanent,
  Replay,
  Rotation,
  ScanDay,
  SentMail,
  type CapCount,
  type Due,
  type Freeze,
  type FreezeScope,
  type KeynagError,
  type OutageSubject,
  type UserId,
} from '@keynag/core'

/** The version of the item shapes. A release that changes a shape raises it and reads both. */
export const ledgerSchema = 1

export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

/** The names of the item types in the console. */
type ItemType =
  | 'entry'
  | 'fact'
  | 'rotation'
  | 'notice'
  | 'scan-day'
  | 'account-scan'
  | 'account'
  | 'outage'
  | 'replay'
  | 'sent-mail'
  | 'cap'
  | 'freeze'
  | 'ended-freeze'
  | 'configuration'

export type Item = ItemKey & { readonly type: ItemType; readonly schema: number } & Record<
    string,
    unknown
  >

const control = 'CONTROL'
/** Pads a version so that versions sort as text. */
const factDigits = 10

export const factsOf = (accessKeyId: AccessKeyId) => ({ pk: `KEY#${accessKeyId}`, prefix: 'FACT#' })
export const knownAccounts = { pk: 'ACCOUNTS', prefix: 'ACCOUNT#' }
export const outages = { pk: control, prefix: 'OUTAGE#' }
export const accountScansOf = (date: string) => ({ pk: `SCAN#${date}`, prefix: 'ACCOUNT#' })

/** Every freeze that is on. */
export const activeFreezes = { pk: control, prefix: 'FREEZE' }
export const endedFreezes = { pk: control, prefix: 'ENDED-FREEZE#' }

function freezeSortKey(scope: FreezeScope): string {
  switch (scope.kind) {
    case 'all':
      return 'FREEZE'
    case 'account':
      return `FREEZE#ACCOUNT#${scope.accountId}`
    case 'policy':
      return `FREEZE#POLICY#${scope.policy}`
    default:
      return scope satisfies never
  }
}

/** The key of each document. */
export const itemKeys = {
  entry: (accessKeyId: AccessKeyId): ItemKey => ({ pk: `KEY#${accessKeyId}`, sk: 'ENTRY' }),
  fact: ({ accessKeyId, version }: FactRecord): ItemKey => ({
    pk: `KEY#${accessKeyId}`,
    sk: `FACT#${String(version).padStart(factDigits, '0')}`,
  }),
  rotation: (accountId: AccountId, userId: UserId): ItemKey => ({
    pk: `USER#${accountId}#${userId}`,
    sk: 'ROTATION',
  }),
  notice: (noticeId: NoticeId): ItemKey => ({ pk: `NOTICE#${noticeId}`, sk: 'NOTICE' }),
  scanDay: (date: string): ItemKey => ({ pk: `SCAN#${date}`, sk: 'DAY' }),
  accountScan: (date: string, accountId: AccountId): ItemKey => ({
    pk: `SCAN#${date}`,
    sk: `ACCOUNT#${accountId}`,
  }),
  account: (accountId: AccountId): ItemKey => ({
    pk: knownAccounts.pk,
    sk: `${knownAccounts.prefix}${accountId}`,
  }),
  outage: (subject: OutageSubject): ItemKey => ({
    pk: outages.pk,
    sk: `${outages.prefix}${subject}`,
  }),
  replay: (eventId: string): ItemKey => ({ pk: `EVENT#${eventId}`, sk: 'REPLAY' }),
  sentMail: (messageId: string): ItemKey => ({ pk: `MAIL#${messageId}`, sk: 'MAIL' }),
  cap: ({ date, scope }: Omit<CapCount, 'limit'>): ItemKey => ({
    pk: control,
    sk: `CAP#${date}#${scope}`,
  }),
  freeze: (scope: FreezeScope): ItemKey => ({ pk: control, sk: freezeSortKey(scope) }),
  configuration: { pk: control, sk: 'CONFIGURATION' } satisfies ItemKey,
  endedFreeze: ({ scope, since, ended }: EndedFreeze): ItemKey => ({
    pk: control,
    sk: `${endedFreezes.prefix}${isoTime(ended.at)}#${freezeScopeText(scope)}#${since}`,
  }),
} as const

const item = (key: ItemKey, type: ItemType, document: object, indexed: object = {}): Item => ({
  ...key,
  type,
  schema: ledgerSchema,
  ...withTimes(document),
  ...indexed,
})

/** The sort value of an entry without a due date: after all others (9999-12-31T23:59:59Z). */
const notDue = 253_402_300_799_000

/** Writes replace whole items, so that a removed field leaves the item and its index. */
export const itemOf = {
  entry: (entry: Entry): Item => {
    const shard = dueShardOf(entry.accessKeyId)
    return item(itemKeys.entry(entry.accessKeyId), 'entry', entry, {
      accountEntries: entry.accountId,
      ownerEntries: entry.owner.id,
      // DynamoDB accepts no empty text as an index key.
      ...(entry.audience === '' ? {} : { audienceEntries: entry.audience }),
      stateEntries: `${entry.state}/${shard}`,
      stateDueAt: entry.dueAt ?? notDue,
      ...(entry.dueAt === undefined ? {} : { dueShard: shard }),
    })
  },
  fact: (record: FactRecord): Item => item(itemKeys.fact(record), 'fact', record),
  rotation: (rotation: Rotation): Item =>
    item(itemKeys.rotation(rotation.accountId, rotation.userId), 'rotation', rotation),
  notice: (notice: Notice): Item =>
    item(
      itemKeys.notice(notice.noticeId),
      'notice',
      notice,
      notice.dueAt === undefined ? {} : { dueShard: dueShardOf(notice.noticeId) },
    ),
  scanDay: (day: ScanDay): Item => item(itemKeys.scanDay(day.date), 'scan-day', day),
  accountScan: (scan: AccountScan): Item =>
    item(itemKeys.accountScan(scan.date, scan.account.accountId), 'account-scan', scan),
  account: (account: KnownAccount): Item =>
    item(itemKeys.account(account.accountId), 'account', account),
  outage: (outage: Outage): Item => item(itemKeys.outage(outageSubject(outage)), 'outage', outage),
  replay: (replay: Replay): Item => item(itemKeys.replay(replay.eventId), 'replay', replay),
  sentMail: (mail: SentMail): Item => item(itemKeys.sentMail(mail.messageId), 'sent-mail', mail),
  configuration: (configuration: DeployedConfiguration): Item =>
    item(itemKeys.configuration, 'configuration', configuration),
  freeze: (freeze: Freeze): Item => item(itemKeys.freeze(freeze.scope), 'freeze', freeze),
  endedFreeze: (freeze: EndedFreeze): Item =>
    item(itemKeys.endedFreeze(freeze), 'ended-freeze', freeze),
} as const

/**
 * Reads a document from an item. The item's other attributes are for people and for the indexes.
 *
 * @throws KeynagError `KEYNAG_LEDGER_ITEM_UNREADABLE` when another release wrote the item or somebody
 *   changed it by hand.
 */
export const readItem = {
  entry: reader('entry', Entry),
  fact: reader('fact', FactRecord),
  rotation: reader('rotation', Rotation),
  notice: reader('notice', Notice),
  scanDay: reader('scan-day', ScanDay),
  accountScan: reader('account-scan', AccountScan),
  account: reader('account', KnownAccount),
  outage: reader('outage', Outage),
  replay: reader('replay', Replay),
  sentMail: reader('sent-mail', SentMail),
  configuration: reader('configuration', DeployedConfiguration),
  freeze: readFreeze,
  endedFreeze: reader('ended-freeze', EndedFreeze),
  cap: reader('cap', z.object({ count: z.number().int() })),
  due: (input: unknown): Due => {
    const { data: row, error } = DueRow.safeParse(input)
    if (row === undefined) throw unreadable('due item', input, error)
    return row.type === 'entry'
      ? { kind: 'entry', accessKeyId: row.accessKeyId }
      : { kind: 'notice', noticeId: row.noticeId }
  },
} as const

const DueRow = z.discriminatedUnion('type', [
  z.object({ type: z.literal('entry'), accessKeyId: AccessKeyId }),
  z.object({ type: z.literal('notice'), noticeId: NoticeId }),
])

const FreezeKey = z.object({ sk: z.string() })

/**
 * A freeze stops keynag whatever its item looks like: somebody may have put it by hand, in a hurry. Its
 * key alone says what it stops.
 */
function readFreeze(input: unknown): Freeze {
  const scope = freezeScopeIn(FreezeKey.parse(input).sk)
  if (scope === undefined) throw unreadable('freeze', input, undefined)
  return { scope, ...FreezeFields.parse(input) }
}

function freezeScopeIn(sortKey: string): FreezeScope | undefined {
  const [, kind, name] = sortKey.split('#')
  if (kind === undefined) return { kind: 'all' }
  if (kind === 'POLICY' && name !== undefined) return { kind: 'policy', policy: name }
  const accountId = AccountId.safeParse(name)
  return kind === 'ACCOUNT' && accountId.success
    ? { kind: 'account', accountId: accountId.data }
    : undefined
}

const FreezeFields = z.object({
  since: EpochMs.catch(epochMs(0)),
  by: z.string().catch('somebody'),
  why: z.string().catch('the item of the freeze gives no reason'),
})

function reader<T extends z.ZodType>(type: ItemType, document: T): (input: unknown) => z.infer<T> {
  const Header = z.looseObject({
    pk: z.string(),
    sk: z.string(),
    type: z.literal(type),
    schema: z.literal(ledgerSchema),
  })
  return (input) => {
    const header = Header.safeParse(input)
    const result = header.success ? document.safeParse(header.data) : header
    if (result.success) return result.data
    throw unreadable(type, input, result.error)
  }
}

function unreadable(type: string, input: unknown, cause: unknown): KeynagError {
  const other = z.object({ schema: z.number() }).safeParse(input).data?.schema
  const schemas =
    other === undefined || other === ledgerSchema
      ? ''
      : `: its schema is ${other}, and this release reads ${ledgerSchema}`
  return permanent(
    'KEYNAG_LEDGER_ITEM_UNREADABLE',
    `the ledger holds ${type} ${nameOf(input)} in a shape that this release cannot read${schemas}`,
    cause,
  )
}

function nameOf(input: unknown): string {
  const key = z.object({ pk: z.string(), sk: z.string() }).safeParse(input)
  return key.success ? `${key.data.pk} ${key.data.sk}` : 'without a key'
}

const isTimeName = (name: string): boolean => /At$|^(?:at|since|until)$/.test(name)

/** Adds every instant as text as well: `dueAtTime` beside `dueAt`. */
function withTimes(value: object): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue
    result[name] = inside(field)
    if (typeof field === 'number' && isTimeName(name)) {
      result[`${name}Time`] = isoTime(epochMs(field))
    }
  }
  return result
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside)
  return typeof value === 'object' && value !== null ? withTimes(value) : value
}
