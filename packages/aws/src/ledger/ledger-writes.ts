import { factRecord, type CapCount, type CapUse, type Freeze, type Write } from '@keynag/core'
import { itemKeys, itemOf, ledgerSchema, type Item, type ItemKey } from './ledger-item.ts'

/** A condition in DynamoDB's syntax. */
interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames: Record<string, string>
  readonly ExpressionAttributeValues?: Record<string, unknown>
}

type PutDocument = Partial<Condition> & { readonly Item: Item }
type DeleteDocument = Condition & { readonly Key: ItemKey }
type CountCap = Condition & { readonly Key: ItemKey; readonly UpdateExpression: string }

/** One item of a commit, and the write that it belongs to. */
export type ItemWrite =
  | { readonly kind: 'put'; readonly of: Write; readonly put: PutDocument }
  | { readonly kind: 'delete'; readonly of: Write; readonly remove: DeleteDocument }
  | {
      readonly kind: 'count'
      readonly of: Extract<Write, { kind: 'cap' | 'cap-back' }>
      readonly count: CountCap
    }

/** The items of a write. An entry is always written with its fact. */
export function itemWrites(write: Write, writeId: string): readonly ItemWrite[] {
  const put = (item: Item, before: { version: number } | undefined): ItemWrite => ({
    kind: 'put',
    of: write,
    put: { Item: { ...item, writeId }, ...unchanged(before) },
  })
  switch (write.kind) {
    case 'entry':
      return [
        put(itemOf.entry(write.after), write.before),
        put(itemOf.fact(factRecord(write)), undefined),
      ]
    case 'rotation':
      return [put(itemOf.rotation(write.after), write.before)]
    case 'notice':
      return [put(itemOf.notice(write.after), write.before)]
    case 'scan-day':
      return [put(itemOf.scanDay(write.after), write.before)]
    case 'account-scan':
      return [put(itemOf.accountScan(write.after), write.before)]
    case 'account':
      return [put(itemOf.account(write.after), write.before)]
    case 'outage':
      return [put(itemOf.outage(write.after), write.before)]
    case 'replay':
      return [put(itemOf.replay(write.after), write.before)]
    case 'sent-mail':
      return [put(itemOf.sentMail(write.after), write.before)]
    case 'cap':
      return [{ kind: 'count', of: write, count: oneMore(write.cap) }]
    case 'cap-back':
      return [{ kind: 'count', of: write, count: oneLess(write.cap) }]
    case 'configuration':
      return [put(itemOf.configuration(write.after), write.before)]
    case 'freeze-started':
      return [put(itemOf.freeze(write.freeze), undefined)]
    case 'freeze-ended':
      return [
        { kind: 'delete', of: write, remove: stillOn(write.freeze) },
        { kind: 'put', of: write, put: { Item: { ...itemOf.endedFreeze(write.freeze), writeId } } },
      ]
    default:
      return write satisfies never
  }
}

/** An item that somebody put by hand may have no usable time: then any freeze of the scope is meant. */
const stillOn = ({ scope, since }: Freeze): DeleteDocument => ({
  Key: itemKeys.freeze(scope),
  ...(since === 0
    ? {
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
      }
    : {
        ConditionExpression: '#since = :since',
        ExpressionAttributeNames: { '#since': 'since' },
        ExpressionAttributeValues: { ':since': since },
      }),
})

const unchanged = (before: { version: number } | undefined): Condition =>
  before === undefined
    ? {
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
      }
    : {
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': before.version },
      }

/** A counter that does not exist counts as 0. A limit of 0 refuses that as well. */
const oneMore = (cap: CapCount): CountCap => ({
  Key: itemKeys.cap(cap),
  UpdateExpression:
    'SET #type = :type, #schema = :schema, #date = :date, #scope = :scope ADD #count :one',
  ConditionExpression:
    cap.limit > 0 ? 'attribute_not_exists(#count) OR #count < :limit' : '#count < :limit',
  ExpressionAttributeNames: {
    '#type': 'type',
    '#schema': 'schema',
    '#date': 'date',
    '#scope': 'scope',
    '#count': 'count',
  },
  ExpressionAttributeValues: {
    ':type': 'cap',
    ':schema': ledgerSchema,
    ':date': cap.date,
    ':scope': cap.scope,
    ':one': 1,
    ':limit': cap.limit,
  },
})

/** A counter lives longer than its day, so the one that was counted is there. */
const oneLess = (cap: CapUse): CountCap => ({
  Key: itemKeys.cap(cap),
  UpdateExpression: 'ADD #count :less',
  ConditionExpression: 'attribute_exists(#count)',
  ExpressionAttributeNames: { '#count': 'count' },
  ExpressionAttributeValues: { ':less': -1 },
})
