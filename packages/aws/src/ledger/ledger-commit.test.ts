import type { Write } from '@keynag/core'
import { aFact, aKeyId, anActor, anEntry, aRotation } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { DynamoLedger } from './dynamo-ledger.ts'
import { json, scriptedAws, sleepingClock, type Answer } from '../testing/scripted-aws.ts'

const open = (n: number): Write => ({
  kind: 'entry',
  before: undefined,
  after: anEntry({ accessKeyId: aKeyId(n) }),
  fact: aFact('found'),
  actor: anActor(),
})

const cancelled = (...codes: readonly string[]): Answer =>
  json(
    {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: `Transaction cancelled [${codes.join(', ')}]`,
      CancellationReasons: codes.map((Code) => ({ Code })),
    },
    400,
  )

const lostTo = (writeId: string): Answer =>
  json(
    {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { writeId: { S: writeId } },
    },
    400,
  )

const committing = async (...script: readonly Answer[]) => {
  const { settings, requests } = await scriptedAws(...script)
  const { clock, slept, random } = sleepingClock()
  return { ledger: new DynamoLedger(settings, 'ledger', { clock, random }), requests, slept }
}

describe('a commit that meets another one in flight', () => {
  it('is tried again, with a pause', async () => {
    const conflict = cancelled('TransactionConflict', 'None')
    const { ledger, slept, requests } = await committing(conflict, conflict, json({}))
    expect(await ledger.commit([open(1)])).toStrictEqual({ kind: 'committed' })
    expect(requests).toHaveLength(3)
    expect(slept).toStrictEqual([50, 100])
  })

  it('is transient when that does not end', async () => {
    const { ledger } = await committing(cancelled('None', 'TransactionConflict'))
    await expect(ledger.commit([open(1)])).rejects.toMatchObject({
      code: 'KEYNAG_THROTTLED',
      errorClass: 'transient',
    })
  })

  it('has lost when a condition failed as well', async () => {
    const { ledger } = await committing(
      cancelled('TransactionConflict', 'None', 'ConditionalCheckFailed', 'None'),
    )
    const [first, second] = [open(1), open(2)]
    expect(await ledger.commit([first, second])).toStrictEqual({
      kind: 'lost',
      write: second,
      current: undefined,
    })
  })
})

describe('a commit of one document', () => {
  const rotation: Write = { kind: 'rotation', before: undefined, after: aRotation() }
  const Put = z.object({ Item: z.looseObject({ writeId: z.object({ S: z.string() }) }) })
  const writeIdOf = (body: string) => Put.parse(JSON.parse(body)).Item.writeId.S

  it('is lost to somebody else', async () => {
    const { ledger } = await committing(lostTo('theirs'))
    expect(await ledger.commit([rotation])).toMatchObject({ kind: 'lost' })
  })

  it('is not lost to its own first try, whose answer was lost', async () => {
    const { ledger, requests } = await committing('hang-up', (body) => lostTo(writeIdOf(body)))
    expect(await ledger.commit([rotation])).toStrictEqual({ kind: 'committed' })
    const ids = requests.map(writeIdOf)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })
})

describe('a commit that cannot be', () => {
  it('is a bug when it is too large', async () => {
    const { ledger, requests } = await committing(json({}))
    const writes = Array.from({ length: 51 }, (_, n) => open(n))
    await expect(ledger.commit(writes)).rejects.toThrow(
      'a commit has 102 documents, and the limit is 100',
    )
    expect(requests).toStrictEqual([])
  })

  it('names a table that is not there', async () => {
    const { ledger } = await committing(
      json({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException' }, 400),
    )
    await expect(ledger.commit([open(1)])).rejects.toMatchObject({ code: 'KEYNAG_LEDGER_MISSING' })
    await expect(ledger.entry(aKeyId())).rejects.toMatchObject({ code: 'KEYNAG_LEDGER_MISSING' })
  })
})

describe('a read of many entries', () => {
  it('asks again for what did not fit, with a pause', async () => {
    const Keys = [{ pk: { S: `KEY#${aKeyId(2)}` }, sk: { S: 'ENTRY' } }]
    const { ledger, requests, slept } = await committing(
      json({ Responses: { ledger: [] }, UnprocessedKeys: { ledger: { Keys } } }),
      json({ Responses: { ledger: [] }, UnprocessedKeys: {} }),
    )
    expect(await ledger.entries([aKeyId(1), aKeyId(2)])).toStrictEqual([])
    expect(requests.map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { RequestItems: { ledger: { ConsistentRead: true } } },
      { RequestItems: { ledger: { ConsistentRead: true, Keys } } },
    ])
    expect(slept).toStrictEqual([50])
  })
})
