import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AccessKeyId } from '../ids.ts'
import { entryStates, type Entry } from '../key/entry.ts'
import type { Fact } from '../key/fact.ts'
import { evolve } from '../key/evolve.ts'
import type { Notice } from '../key/notice.ts'
import type { Rotation, RotationPhase } from '../key/rotation.ts'
import type { AccountScan } from '../scan.ts'
import { aKeyId, anAccountId, aNoticeId, at, aUserId } from '../testing/ids.ts'
import {
  aFact,
  aFullEntry,
  anAccount,
  anAccountScan,
  anActor,
  anEntry,
  aNotice,
  anOwner,
  anUnreachedEntry,
  aReplay,
  aRotation,
  aScanDay,
  aSentMail,
  factKinds,
} from '../testing/rows.ts'
import { plusMs, type EpochMs } from '../time.ts'
import { dueShards, maxWrites, type Due, type Ledger, type Write } from './ledger.ts'
import { everyItem } from './pages.ts'

/** Indexes may lag, and a busy machine is slow: the test's own time-out is the limit. */
const eventually = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 100_000, interval: 50 })

/**
 * What every ledger must do. `make` gives an empty one for each test; `close` is called after it.
 * Queries may lag behind the writes, so they are polled; reads of one document may not.
 */
export function ledgerContract(
  name: string,
  make: () => Promise<{ ledger: Ledger; close?: () => Promise<void> }>,
): void {
  describe(`${name} keeps the ledger's contract`, () => {
    let ledger: Ledger
    let close: (() => Promise<void>) | undefined

    beforeEach(async () => {
      ;({ ledger, close } = await make())
    })
    afterEach(async () => {
      await close?.()
    })

    async function given(...entries: readonly Entry[]) {
      for (let start = 0; start < entries.length; start += maxWrites / 2) {
        const writes = entries.slice(start, start + maxWrites / 2).map(open)
        expect(await ledger.commit(writes)).toStrictEqual({ kind: 'committed' })
      }
    }

    const commit = async (...writes: Write[]) => {
      expect(await ledger.commit(writes)).toStrictEqual({ kind: 'committed' })
    }

    describe('entries', () => {
      it('has nothing at first', async () => {
        expect(await ledger.entry(aKeyId())).toBeUndefined()
        expect(await ledger.timeline(aKeyId())).toStrictEqual([])
        expect(await ledger.entries([aKeyId()])).toStrictEqual([])
      })

      it('commits nothing when there is nothing to write', async () => {
        expect(await ledger.commit([])).toStrictEqual({ kind: 'committed' })
      })

      it('creates an entry together with its fact', async () => {
        const entry = anEntry()
        await commit(open(entry))
        expect(await ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
        expect(await ledger.timeline(entry.accessKeyId)).toStrictEqual([
          {
            accessKeyId: entry.accessKeyId,
            version: 1,
            at: entry.changedAt,
            actor: anActor(),
            fact: aFact('found'),
          },
        ])
      })

      it('creates only what is absent, and returns the winner', async () => {
        const first = anEntry({ userName: 'first' })
        const second = anEntry({ userName: 'second' })
        await commit(open(first))
        const write = open(second)
        expect(await ledger.commit([write])).toStrictEqual({
          kind: 'lost',
          write,
          current: first,
        })
        expect(await ledger.entry(first.accessKeyId)).toStrictEqual(first)
        expect(await ledger.timeline(first.accessKeyId)).toHaveLength(1)
      })

      it('does not change what is not there', async () => {
        const { write } = change(anEntry(), aFact('held'))
        expect(await ledger.commit([write])).toStrictEqual({
          kind: 'lost',
          write,
          current: undefined,
        })
        expect(await ledger.entry(aKeyId())).toBeUndefined()
        expect(await ledger.timeline(aKeyId())).toStrictEqual([])
      })

      it('changes an entry only from the version that was read', async () => {
        const entry = anEntry()
        await commit(open(entry))
        const held = change(entry, aFact('held'))
        await commit(held.write)
        const late = change(entry, aFact('snoozed'))
        expect(await ledger.commit([late.write])).toStrictEqual({
          kind: 'lost',
          write: late.write,
          current: held.after,
        })
        const next = change(held.after, aFact('released'))
        await commit(next.write)
        expect(await ledger.entry(entry.accessKeyId)).toStrictEqual(next.after)
        expect(next.after.version).toBe(3)
      })

      it('refuses the same commit a second time', async () => {
        const entry = anEntry()
        await commit(open(entry))
        const { write, after } = change(entry, aFact('nagged'))
        await commit(write)
        expect(await ledger.commit([write])).toStrictEqual({
          kind: 'lost',
          write,
          current: after,
        })
        expect(await ledger.timeline(entry.accessKeyId)).toHaveLength(2)
      })

      it('lets exactly one of many concurrent writers win', async () => {
        const entry = anEntry()
        await commit(open(entry))
        const writes = Array.from({ length: 8 }, (_, index) =>
          change(entry, aFact('held', { why: `writer ${index}` })),
        )
        const outcomes = await Promise.all(writes.map(({ write }) => ledger.commit([write])))
        const winners = writes.filter((_, index) => outcomes[index]?.kind === 'committed')
        expect(winners).toHaveLength(1)
        const winner = winners[0]?.after
        expect(await ledger.entry(entry.accessKeyId)).toStrictEqual(winner)
        for (const outcome of outcomes.filter(({ kind }) => kind !== 'committed')) {
          expect(outcome).toMatchObject({ kind: 'lost', current: winner })
        }
        expect(await ledger.timeline(entry.accessKeyId)).toHaveLength(2)
      })

      it('lets exactly one of many concurrent creators win', async () => {
        const writes = Array.from({ length: 8 }, (_, index) =>
          open(anEntry({ userName: `creator-${index}` })),
        )
        const outcomes = await Promise.all(writes.map((write) => ledger.commit([write])))
        expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1)
        expect(await ledger.timeline(aKeyId())).toHaveLength(1)
      })

      it('keeps facts in order, each once', async () => {
        let entry: Entry = anEntry()
        await commit(open(entry))
        const told = Array.from({ length: 12 }, (_, index) => aFact('held', { why: `${index}` }))
        for (const fact of told) {
          const { write, after } = change(entry, fact)
          await commit(write)
          entry = after
        }
        const timeline = await ledger.timeline(entry.accessKeyId)
        expect(timeline.map(({ version }) => version)).toStrictEqual(
          Array.from({ length: 13 }, (_, index) => index + 1),
        )
        expect(timeline.slice(1).map(({ fact }) => fact)).toStrictEqual(told)
      })

      it('keeps the timelines of keys with a common beginning apart', async () => {
        const [short, long] = [aKeyId(1), AccessKeyId.parse(`${aKeyId(1)}0`)]
        await given(anEntry({ accessKeyId: short }), anEntry({ accessKeyId: long }))
        expect(await ledger.timeline(short)).toHaveLength(1)
        expect(await ledger.timeline(long)).toHaveLength(1)
      })

      it.each(entryStates)('keeps every field of an entry that is %s', async (state) => {
        const bare: Entry = anEntry({ state, accessKeyId: aKeyId(1) })
        const full: Entry = { ...aFullEntry(state), accessKeyId: aKeyId(2) }
        await given(bare, full)
        expect(await ledger.entry(bare.accessKeyId)).toStrictEqual(bare)
        expect(await ledger.entry(full.accessKeyId)).toStrictEqual(full)
      })

      it.each([
        { kind: 'unknown', why: 'throttled' } as const,
        { kind: 'at', at: at('2026-01-01T00:15:00Z') } as const,
      ])('keeps a last use that is $kind', async (lastUsed) => {
        const entry = anEntry({ lastUsed, status: 'Expired' })
        await given(entry)
        expect(await ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
      })

      it('forgets a field that the next version lacks', async () => {
        const full: Entry = aFullEntry('escalated')
        await given(full)
        const { hold: _hold, snooze: _snooze, dueAt: _dueAt, ...rest } = full
        const after: Entry = { ...rest, version: full.version + 1 }
        await commit({
          kind: 'entry',
          before: full,
          after,
          fact: aFact('released'),
          actor: anActor(),
        })
        expect(await ledger.entry(full.accessKeyId)).toStrictEqual(after)
      })

      it.each(factKinds)('keeps a fact of kind %s', async (kind) => {
        const entry = anEntry()
        const fact: Fact = aFact(kind)
        const actors = [
          { kind: 'scan', date: '2026-01-05' },
          { kind: 'delivery', event: 'key.stale', eventId: 'e-1' },
          { kind: 'operator', name: 'olga' },
        ] as const
        for (const [index, actor] of actors.entries()) {
          const before = index === 0 ? undefined : { ...entry, version: index }
          const after = { ...entry, version: index + 1 }
          await commit({ kind: 'entry', before, after, fact, actor })
        }
        const timeline = await ledger.timeline(entry.accessKeyId)
        expect(timeline.map((record) => record.fact)).toStrictEqual([fact, fact, fact])
        expect(timeline.map((record) => record.actor)).toStrictEqual(actors)
      })

      it('finds those that exist of many, each once', async () => {
        const entries = Array.from({ length: 130 }, (_, index) =>
          anEntry({ accessKeyId: aKeyId(index) }),
        )
        await given(...entries)
        const asked = [
          ...entries.map(({ accessKeyId }) => accessKeyId),
          aKeyId(0),
          aKeyId(7),
          aKeyId(5_000),
        ]
        const found = await ledger.entries(asked)
        expect([...found].sort(byId)).toStrictEqual([...entries].sort(byId))
        expect(await ledger.entries([])).toStrictEqual([])
      })
    })

    describe('a commit of several writes', () => {
      it('takes place as a whole', async () => {
        const entry = anEntry()
        const rotation = aRotation()
        const notice = aNotice()
        await commit(
          open(entry),
          { kind: 'rotation', before: undefined, after: rotation },
          { kind: 'notice', before: undefined, after: notice },
          { kind: 'cap', cap: { date: '2026-01-05', scope: 'policy/standard', limit: 1 } },
        )
        expect(await ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
        expect(await ledger.rotation(rotation.accountId, rotation.userId)).toStrictEqual(rotation)
        expect(await ledger.notice(notice.noticeId)).toStrictEqual(notice)
      })

      it('leaves nothing behind when its last write loses', async () => {
        const taken = anEntry({ accessKeyId: aKeyId(2) })
        await given(taken)
        const lost = open(anEntry({ accessKeyId: aKeyId(2), userName: 'late' }))
        const outcome = await ledger.commit([
          open(anEntry({ accessKeyId: aKeyId(1) })),
          { kind: 'rotation', before: undefined, after: aRotation() },
          { kind: 'notice', before: undefined, after: aNotice() },
          { kind: 'scan-day', before: undefined, after: aScanDay() },
          { kind: 'account-scan', before: undefined, after: anAccountScan() },
          { kind: 'cap', cap: { date: '2026-01-05', scope: 'policy/standard', limit: 1 } },
          lost,
        ])
        expect(outcome).toStrictEqual({ kind: 'lost', write: lost, current: taken })
        expect(await ledger.entry(aKeyId(1))).toBeUndefined()
        expect(await ledger.timeline(aKeyId(1))).toStrictEqual([])
        expect(await ledger.rotation(anAccountId(), aUserId())).toBeUndefined()
        expect(await ledger.notice(aNoticeId())).toBeUndefined()
        expect(await ledger.scanDay('2026-01-05')).toBeUndefined()
        expect(await ledger.accountScan('2026-01-05', anAccountId())).toBeUndefined()
        expect(await ledger.timeline(aKeyId(2))).toHaveLength(1)
        await commit({
          kind: 'cap',
          cap: { date: '2026-01-05', scope: 'policy/standard', limit: 1 },
        })
      })

      it('leaves nothing behind when its first write loses', async () => {
        const rotation = aRotation()
        await commit({ kind: 'rotation', before: undefined, after: rotation })
        const write: Write = { kind: 'rotation', before: undefined, after: rotation }
        const outcome = await ledger.commit([write, open(anEntry())])
        expect(outcome).toStrictEqual({ kind: 'lost', write, current: undefined })
        expect(await ledger.entry(aKeyId())).toBeUndefined()
      })

      it('may hold as many documents as `maxWrites`', async () => {
        const entries = Array.from({ length: maxWrites / 2 }, (_, index) =>
          anEntry({ accessKeyId: aKeyId(index) }),
        )
        expect(await ledger.commit(entries.map(open))).toStrictEqual({ kind: 'committed' })
      })
    })

    describe('rotations (I8)', () => {
      const phases: readonly RotationPhase[] = [
        { kind: 'opened' },
        { kind: 'prepared', secretArn: 'arn:s', attempt: 1 },
        {
          kind: 'creating',
          secretArn: 'arn:s',
          attempt: 2,
          snapshot: [aKeyId(1), aKeyId(2)],
          intendedAt: at('2026-01-20T09:00:01Z'),
        },
        { kind: 'undoing', secretArn: 'arn:s', attempt: 2, orphanKeyId: aKeyId(3) },
        {
          kind: 'undoing',
          secretArn: 'arn:s',
          attempt: 2,
          orphanKeyId: aKeyId(3),
          deactivatedAt: at('2026-01-20T10:00:00Z'),
        },
        {
          kind: 'stored',
          secretArn: 'arn:s',
          newKeyId: aKeyId(4),
          attempt: 2,
          storedAt: at('2026-01-20T11:00:00Z'),
        },
        { kind: 'replaced', newKeyId: aKeyId(4) },
        { kind: 'deactivating', intendedAt: at('2026-01-27T11:00:00Z') },
        {
          kind: 'deactivated',
          newKeyId: aKeyId(4),
          deactivatedAt: at('2026-01-27T11:00:05Z'),
        },
        {
          kind: 'deleting',
          newKeyId: aKeyId(4),
          deactivatedAt: at('2026-01-27T11:00:05Z'),
          intendedAt: at('2026-02-03T11:00:05Z'),
        },
        { kind: 'closed', outcome: 'deleted' },
      ]

      it('keeps every phase, with its lease and without', async () => {
        let before: Rotation | undefined
        for (const [index, phase] of phases.entries()) {
          const lease = { holder: 'fn-1', fence: index, until: at('2026-01-20T09:15:00Z') }
          const after = aRotation({
            phase,
            fence: index,
            version: index + 1,
            ...(index % 2 === 0 ? { lease } : {}),
          })
          await commit({ kind: 'rotation', before, after })
          expect(await ledger.rotation(after.accountId, after.userId)).toStrictEqual(after)
          before = after
        }
      })

      it('has one a user: of two that claim it, one wins', async () => {
        const rotation = aRotation()
        await commit({ kind: 'rotation', before: undefined, after: rotation })
        const claims = ['fn-1', 'fn-2', 'fn-3'].map((holder): Write => ({
          kind: 'rotation',
          before: rotation,
          after: {
            ...rotation,
            fence: 1,
            version: 2,
            lease: { holder, fence: 1, until: at('2026-01-20T09:15:00Z') },
          },
        }))
        const outcomes = await Promise.all(claims.map((claim) => ledger.commit([claim])))
        expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1)
        expect(outcomes.filter(({ kind }) => kind === 'lost')).toHaveLength(2)
      })

      it('keeps users and accounts apart', async () => {
        const rotations = [
          aRotation(),
          aRotation({ userId: aUserId(2) }),
          aRotation({ accountId: anAccountId(2) }),
        ]
        for (const after of rotations) await commit({ kind: 'rotation', before: undefined, after })
        for (const { accountId, userId } of rotations) {
          expect(await ledger.rotation(accountId, userId)).toMatchObject({ accountId, userId })
        }
      })
    })

    describe('notices', () => {
      it('keeps every field, and loses to the version that was first', async () => {
        const waiting = aNotice({ dueAt: at('2026-01-05T09:00:00Z') })
        await commit({ kind: 'notice', before: undefined, after: waiting })
        expect(await ledger.notice(waiting.noticeId)).toStrictEqual(waiting)
        const { dueAt: _, ...rest } = waiting
        const delivered: Notice = {
          ...rest,
          version: 2,
          attempts: 1,
          accessKeyIds: [aKeyId(1), aKeyId(2)],
          lease: { holder: 'fn-1', fence: 3, until: at('2026-01-05T09:15:00Z') },
          delivery: { channel: 'email', to: 'ann@example.com', messageId: 'ses-1' },
          deliveredAt: at('2026-01-05T09:00:03Z'),
          undeliverable: 'bounced',
        }
        await commit({ kind: 'notice', before: waiting, after: delivered })
        expect(await ledger.notice(waiting.noticeId)).toStrictEqual(delivered)
        const late: Write = { kind: 'notice', before: waiting, after: { ...waiting, version: 2 } }
        expect(await ledger.commit([late])).toStrictEqual({
          kind: 'lost',
          write: late,
          current: undefined,
        })
        const again: Write = { kind: 'notice', before: undefined, after: waiting }
        expect(await ledger.commit([again])).toMatchObject({ kind: 'lost' })
        expect(await ledger.notice(aNoticeId(99))).toBeUndefined()
      })
    })

    describe('replays', () => {
      it('keeps how often an event was put back, and counts from what was read only', async () => {
        const first = aReplay()
        expect(await ledger.replay(first.eventId)).toBeUndefined()
        await commit({ kind: 'replay', before: undefined, after: first })
        await commit({
          kind: 'replay',
          before: undefined,
          after: aReplay({ eventId: 'e-10', queue: 'scan' }),
        })
        const second = aReplay({
          count: 2,
          lastAt: at('2026-01-06T10:00:00Z'),
          lastMessageId: 'another',
          quarantined: { since: at('2026-01-06T11:00:00Z'), why: 'it failed again' },
          version: 2,
        })
        await commit({ kind: 'replay', before: first, after: second })
        expect(await ledger.replay(first.eventId)).toStrictEqual(second)
        const late: Write = { kind: 'replay', before: first, after: { ...first, version: 2 } }
        expect(await ledger.commit([late])).toStrictEqual({
          kind: 'lost',
          write: late,
          current: undefined,
        })
        expect(await ledger.replay(first.eventId)).toStrictEqual(second)
      })
    })

    describe('sent mails', () => {
      it('finds a notice by the ID that the provider gave its mail, and keeps it', async () => {
        const mail = aSentMail()
        expect(await ledger.sentMail(mail.messageId)).toBeUndefined()
        await commit({ kind: 'sent-mail', before: undefined, after: mail })
        const another = aSentMail({ messageId: `${mail.messageId}-1`, noticeId: aNoticeId(7) })
        await commit({ kind: 'sent-mail', before: undefined, after: another })
        const again: Write = {
          kind: 'sent-mail',
          before: undefined,
          after: { ...mail, noticeId: aNoticeId(8) },
        }
        expect(await ledger.commit([again])).toStrictEqual({
          kind: 'lost',
          write: again,
          current: undefined,
        })
        expect(await ledger.sentMail(mail.messageId)).toStrictEqual(mail)
        expect(await ledger.sentMail(another.messageId)).toStrictEqual(another)
      })

      it('is there exactly when the notice is that was finished with it', async () => {
        const notice = aNotice()
        await commit({ kind: 'notice', before: undefined, after: notice })
        const late: Write = { kind: 'notice', before: undefined, after: notice }
        const mail = aSentMail()
        await ledger.commit([{ kind: 'sent-mail', before: undefined, after: mail }, late])
        expect(await ledger.sentMail(mail.messageId)).toBeUndefined()
      })

      it('keeps what is known of a mail that came back', async () => {
        const entry = anUnreachedEntry()
        await given(entry)
        expect(await ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
        const notice = aNotice({
          withdrawn: { at: at('2026-01-19T09:05:00Z'), how: 'complaint', why: 'abuse' },
        })
        await commit({ kind: 'notice', before: undefined, after: notice })
        expect(await ledger.notice(notice.noticeId)).toStrictEqual(notice)
      })
    })

    describe('scans', () => {
      it('keeps a day and refuses a second plan of it', async () => {
        const day = aScanDay()
        await commit({ kind: 'scan-day', before: undefined, after: day })
        expect(await ledger.scanDay(day.date)).toStrictEqual(day)
        expect(await ledger.scanDay('2026-01-06')).toBeUndefined()
        const second: Write = {
          kind: 'scan-day',
          before: undefined,
          after: aScanDay({ accountIds: [] }),
        }
        expect(await ledger.commit([second])).toStrictEqual({
          kind: 'lost',
          write: second,
          current: undefined,
        })
        const after = { ...day, version: 2, accountIds: [...day.accountIds, anAccountId(3)] }
        await commit({ kind: 'scan-day', before: day, after })
        expect(await ledger.scanDay(day.date)).toStrictEqual(after)
      })

      it('keeps an account with each result, and all accounts of a day', async () => {
        const results: readonly AccountScan['result'][] = [
          { kind: 'requested' },
          {
            kind: 'finished',
            at: at('2026-01-05T03:10:00Z'),
            reportAt: at('2026-01-05T02:00:00Z'),
            counts: { users: 3, keys: 4, stale: 2, found: 1, resolved: 0 },
            rootKeys: [{ slot: '1', changedAt: at('2020-01-01') }, { slot: '2' }],
          },
          {
            kind: 'failed',
            at: at('2026-01-05T03:10:00Z'),
            code: 'KEYNAG_ROLE_UNREACHABLE',
            why: 'not trusted',
          },
          { kind: 'skipped', why: 'SUSPENDED' },
        ]
        const scans = results.map((result, index) =>
          anAccountScan({ account: anAccount({ accountId: anAccountId(index) }), result }),
        )
        for (const after of scans) await commit({ kind: 'account-scan', before: undefined, after })
        await commit({
          kind: 'account-scan',
          before: undefined,
          after: anAccountScan({ date: '2026-01-06' }),
        })
        for (const scan of scans) {
          expect(await ledger.accountScan(scan.date, scan.account.accountId)).toStrictEqual(scan)
        }
        await eventually(async () => {
          const found = [...(await ledger.accountScans('2026-01-05'))]
          found.sort((a, b) => (a.account.accountId < b.account.accountId ? -1 : 1))
          expect(found).toStrictEqual(scans)
        })
        expect(await ledger.accountScans('2026-01-07')).toStrictEqual([])
      })

      it('records one result of an account and day', async () => {
        const requested = anAccountScan()
        await commit({ kind: 'account-scan', before: undefined, after: requested })
        const skipped = (why: string): Write => ({
          kind: 'account-scan',
          before: requested,
          after: { ...requested, version: 2, result: { kind: 'skipped', why } },
        })
        await commit(skipped('first'))
        expect(await ledger.commit([skipped('second')])).toMatchObject({ kind: 'lost' })
        const again: Write = { kind: 'account-scan', before: undefined, after: requested }
        expect(await ledger.commit([again])).toMatchObject({ kind: 'lost' })
        expect(await ledger.accountScan(requested.date, anAccountId())).toMatchObject({
          result: { why: 'first' },
        })
      })

      it('has all of many accounts of a day', async () => {
        for (let n = 0; n < 250; n += 1) {
          const account = anAccount({ accountId: anAccountId(n) })
          await commit({
            kind: 'account-scan',
            before: undefined,
            after: anAccountScan({ account }),
          })
        }
        await eventually(async () => {
          const found = await ledger.accountScans('2026-01-05')
          expect(found).toHaveLength(250)
          expect(new Set(found.map(({ account }) => account.accountId)).size).toBe(250)
        })
      })
    })

    describe('caps (I12)', () => {
      const cap = { date: '2026-01-05', scope: 'policy/standard', limit: 3 }

      it('counts up to the limit, then refuses and writes nothing else', async () => {
        for (let n = 1; n <= 3; n += 1) {
          await commit({ kind: 'cap', cap }, open(anEntry({ accessKeyId: aKeyId(n) })))
        }
        const writes: Write[] = [
          open(anEntry({ accessKeyId: aKeyId(4) })),
          { kind: 'cap', cap },
          { kind: 'notice', before: undefined, after: aNotice() },
        ]
        expect(await ledger.commit(writes)).toStrictEqual({ kind: 'cap-reached', cap })
        expect(await ledger.entry(aKeyId(4))).toBeUndefined()
        expect(await ledger.timeline(aKeyId(4))).toStrictEqual([])
        expect(await ledger.notice(aNoticeId())).toBeUndefined()
      })

      it('refuses even the first when the limit is 0', async () => {
        const none = { ...cap, limit: 0 }
        expect(await ledger.commit([{ kind: 'cap', cap: none }])).toStrictEqual({
          kind: 'cap-reached',
          cap: none,
        })
      })

      it('goes by the limit of today, not of the first count', async () => {
        await commit({ kind: 'cap', cap: { ...cap, limit: 1 } })
        const lowered = { ...cap, limit: 1 }
        expect(await ledger.commit([{ kind: 'cap', cap: lowered }])).toMatchObject({
          kind: 'cap-reached',
        })
        await commit({ kind: 'cap', cap: { ...cap, limit: 2 } })
      })

      it('counts none of several when one of them is reached', async () => {
        const wide = { ...cap, scope: 'policy/standard', limit: 2 }
        const narrow = { ...cap, scope: 'policy/standard/111111111111', limit: 1 }
        await commit({ kind: 'cap', cap: wide }, { kind: 'cap', cap: narrow })
        expect(
          await ledger.commit([
            { kind: 'cap', cap: wide },
            { kind: 'cap', cap: narrow },
          ]),
        ).toStrictEqual({ kind: 'cap-reached', cap: narrow })
        await commit({ kind: 'cap', cap: wide })
      })

      it('tells how much of one is used', async () => {
        expect(await ledger.capUsed(cap)).toBe(0)
        await commit({ kind: 'cap', cap })
        await commit({ kind: 'cap', cap })
        expect(await ledger.capUsed(cap)).toBe(2)
        expect(await ledger.capUsed({ ...cap, date: '2026-01-06' })).toBe(0)
      })

      it('counts each day and scope by itself', async () => {
        const one = { ...cap, limit: 1 }
        await commit({ kind: 'cap', cap: one })
        await commit({ kind: 'cap', cap: { ...one, date: '2026-01-06' } })
        await commit({ kind: 'cap', cap: { ...one, scope: 'policy/standard/1' } })
        expect(await ledger.commit([{ kind: 'cap', cap: one }])).toMatchObject({
          kind: 'cap-reached',
        })
      })

      it('is never exceeded by concurrent commits', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            ledger.commit([{ kind: 'cap', cap }, open(anEntry({ accessKeyId: aKeyId(n) }))]),
          ),
        )
        const committed = outcomes.filter(({ kind }) => kind === 'committed')
        expect(committed).toHaveLength(3)
        expect(outcomes.filter(({ kind }) => kind === 'cap-reached')).toHaveLength(7)
      })
    })

    describe('queries', () => {
      it('finds every entry of an account, an audience and all, each once, over pages', async () => {
        const entries = Array.from({ length: 330 }, (_, index) =>
          anEntry({
            accessKeyId: aKeyId(index),
            accountId: anAccountId(index % 3 === 0 ? 2 : 1),
            audience: index % 2 === 0 ? 'owner:ann@example.com' : 'owner:anna@example.com',
          }),
        )
        await given(...entries)
        await eventually(async () => {
          const all = await collect(everyItem((cursor) => ledger.allEntries(cursor)))
          expect(all.sort(byId)).toStrictEqual([...entries].sort(byId))
        })
        await eventually(async () => {
          const found = await collect(
            everyItem((cursor) => ledger.entriesOfAccount(anAccountId(1), cursor)),
          )
          expect(found.sort(byId)).toStrictEqual(
            entries.filter(({ accountId }) => accountId === anAccountId(1)).sort(byId),
          )
        })
        await eventually(async () => {
          const found = await collect(
            everyItem((cursor) => ledger.entriesOfAudience('owner:ann@example.com', cursor)),
          )
          expect(found.sort(byId)).toStrictEqual(
            entries.filter(({ audience }) => audience === 'owner:ann@example.com').sort(byId),
          )
        })
        const none = await collect(
          everyItem((cursor) => ledger.entriesOfAccount(anAccountId(9), cursor)),
        )
        expect(none).toStrictEqual([])
      })

      it('finds every entry of an owner, each once, over pages', async () => {
        const [ann, anna] = [anOwner(), anOwner({ id: 'anna@example.com' })]
        const entries = Array.from({ length: 260 }, (_, index) =>
          anEntry({
            accessKeyId: aKeyId(index),
            accountId: anAccountId(index),
            owner: index % 2 === 0 ? ann : anna,
          }),
        )
        await given(...entries)
        await eventually(async () => {
          const found = await collect(everyItem((cursor) => ledger.entriesOfOwner(ann.id, cursor)))
          expect(found.sort(byId)).toStrictEqual(
            entries.filter(({ owner }) => owner.id === ann.id).sort(byId),
          )
        })
        expect(await ledger.entriesOfOwner('nobody@example.com')).toStrictEqual({ items: [] })
        expect(await ledger.entriesOfOwner('')).toStrictEqual({ items: [] })
      })

      it('finds every entry in a state, soonest due first, each once, over pages', async () => {
        const noon = at('2026-01-05T12:00:00Z')
        const entries = Array.from({ length: 330 }, (_, index) =>
          anEntry({
            accessKeyId: aKeyId(index),
            ...(index % 10 === 0 ? {} : { dueAt: plusMs(noon, ((index * 7_919) % 330) * 1_000) }),
          }),
        )
        const others = Array.from({ length: 20 }, (_, index) =>
          anEntry({ state: 'escalated', accessKeyId: aKeyId(1_000 + index) }),
        )
        await given(...entries, ...others)
        await eventually(async () => {
          const found = await collect(
            everyItem((cursor) => ledger.entriesInState('nagging', cursor)),
          )
          const times = found.map(({ dueAt }) => dueAt ?? Number.MAX_SAFE_INTEGER)
          expect(times).toStrictEqual([...times].sort((a, b) => a - b))
          expect(found.sort(byId)).toStrictEqual([...entries].sort(byId))
        })
        expect(await ledger.entriesInState('deleted')).toStrictEqual({ items: [] })
      })

      it('moves an entry with its owner and its state, and shows it as it is now', async () => {
        const entry = anEntry({ owner: anOwner() })
        await given(entry)
        const after: Entry = {
          ...anEntry({ state: 'escalated', owner: anOwner({ id: 'bob@example.com' }) }),
          version: 2,
        }
        await commit({
          kind: 'entry',
          before: entry,
          after,
          fact: aFact('escalated'),
          actor: anActor(),
        })
        await eventually(async () => {
          expect(await ledger.entriesOfOwner('bob@example.com')).toStrictEqual({ items: [after] })
          expect(await ledger.entriesInState('escalated')).toStrictEqual({ items: [after] })
          expect(await ledger.entriesOfOwner(anOwner().id)).toStrictEqual({ items: [] })
          expect(await ledger.entriesInState('nagging')).toStrictEqual({ items: [] })
        })
      })

      it('moves an entry with its audience', async () => {
        const entry = anEntry({ audience: 'owner:ann@example.com' })
        await given(entry)
        const after: Entry = { ...entry, version: 2, audience: 'owner:bob@example.com' }
        await commit({
          kind: 'entry',
          before: entry,
          after,
          fact: aFact('observed'),
          actor: anActor(),
        })
        await eventually(async () => {
          const bobs = await ledger.entriesOfAudience('owner:bob@example.com')
          expect(bobs.items).toStrictEqual([after])
          const anns = await ledger.entriesOfAudience('owner:ann@example.com')
          expect(anns.items).toStrictEqual([])
        })
      })
    })

    describe('what is due', () => {
      const noon = at('2026-01-05T12:00:00Z')

      it('is due from its very millisecond', async () => {
        const entry = anEntry({ dueAt: noon })
        const idle = anEntry({ accessKeyId: aKeyId(2) })
        const notice = aNotice({ dueAt: noon })
        await given(entry, idle)
        await commit({ kind: 'notice', before: undefined, after: notice })
        await commit({
          kind: 'notice',
          before: undefined,
          after: aNotice({ noticeId: aNoticeId(2) }),
        })
        await expect
          .poll(() => dueNames(ledger, noon))
          .toStrictEqual([entry.accessKeyId, notice.noticeId].sort())
        await expect.poll(() => dueNames(ledger, plusMs(noon, -1))).toStrictEqual([])
      })

      it('says what kind of thing is due', async () => {
        await given(anEntry({ dueAt: noon }))
        await commit({ kind: 'notice', before: undefined, after: aNotice({ dueAt: noon }) })
        await eventually(async () => {
          const all: Due[] = []
          for (let shard = 0; shard < dueShards; shard += 1)
            all.push(...(await dueInShard(ledger, shard, noon)))
          all.sort((a, b) => (a.kind < b.kind ? -1 : 1))
          expect(all).toStrictEqual([
            { kind: 'entry', accessKeyId: aKeyId() },
            { kind: 'notice', noticeId: aNoticeId() },
          ])
        })
      })

      it('is due no longer when its time is moved or removed', async () => {
        const entry = anEntry({ dueAt: noon })
        const notice = aNotice({ dueAt: noon })
        await given(entry)
        await commit({ kind: 'notice', before: undefined, after: notice })
        const later: Entry = { ...entry, version: 2, dueAt: plusMs(noon, 60_000) }
        const { dueAt: _, ...done } = notice
        await commit(
          { kind: 'entry', before: entry, after: later, fact: aFact('held'), actor: anActor() },
          { kind: 'notice', before: notice, after: { ...done, version: 2 } },
        )
        await expect.poll(() => dueNames(ledger, noon)).toStrictEqual([])
        await expect
          .poll(() => dueNames(ledger, plusMs(noon, 60_000)))
          .toStrictEqual([entry.accessKeyId])
        const { dueAt: _dueAt, ...never } = later
        await commit({
          kind: 'entry',
          before: later,
          after: { ...never, version: 3 },
          fact: aFact('held'),
          actor: anActor(),
        })
        await expect.poll(() => dueNames(ledger, at('2036-01-01'))).toStrictEqual([])
      })

      it('comes soonest first in each shard, and over all shards and pages exactly once', async () => {
        const entries = Array.from({ length: 500 }, (_, index) =>
          anEntry({
            accessKeyId: aKeyId(index),
            // Times from before the seconds had ten digits to now: order by number, not by text.
            dueAt: plusMs(noon, -((index * 7_919) % 500) * (index % 2 === 0 ? 1 : 3_600_000_000)),
          }),
        )
        await given(...entries)
        const times = new Map<string, EpochMs | undefined>(
          entries.map(({ accessKeyId, dueAt }) => [accessKeyId, dueAt]),
        )
        await eventually(async () => {
          const names: string[] = []
          for (let shard = 0; shard < dueShards; shard += 1) {
            const due = (await dueInShard(ledger, shard, noon)).map(nameOf)
            const sorted = [...due].sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0))
            expect(due.map((name) => times.get(name))).toStrictEqual(
              sorted.map((name) => times.get(name)),
            )
            names.push(...due)
          }
          expect(names.sort()).toStrictEqual([...times.keys()].sort())
        })
      })
    })

    describe('the freeze', () => {
      it('is set, replaced and lifted', async () => {
        expect(await ledger.freeze()).toBeUndefined()
        const freeze = { since: at('2026-01-05'), by: 'olga', why: 'incident 7' }
        await ledger.setFreeze(freeze)
        expect(await ledger.freeze()).toStrictEqual(freeze)
        const second = { since: at('2026-01-06'), by: 'otto', why: 'audit' }
        await ledger.setFreeze(second)
        expect(await ledger.freeze()).toStrictEqual(second)
        await ledger.setFreeze(undefined)
        expect(await ledger.freeze()).toBeUndefined()
        await ledger.setFreeze(undefined)
      })
    })

    it('agrees with a plain model over any sequence of commits', async () => {
      const attempts = fc.array(
        fc.array(
          fc.record({
            key: fc.integer({ min: 0, max: 2 }),
            before: fc.integer({ min: 0, max: 4 }),
            cap: fc.boolean(),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        { maxLength: 12 },
      )
      let run = 0
      await fc.assert(
        fc.asyncProperty(attempts, async (commits) => {
          run += 1
          const idOf = (key: number) => aKeyId(run * 1_000 + key)
          const versions = new Map<number, number>()
          let counted = 0
          for (const rows of commits) {
            const distinct = [...new Map(rows.map((row) => [row.key, row])).values()]
            const capped = rows[0]?.cap === true
            const writes: Write[] = distinct.map(({ key, before }) => ({
              kind: 'entry',
              before:
                before === 0 ? undefined : anEntry({ accessKeyId: idOf(key), version: before }),
              after: anEntry({ accessKeyId: idOf(key), version: before + 1 }),
              fact: aFact('observed'),
              actor: anActor(),
            }))
            if (capped) {
              const cap = { date: '2026-01-05', scope: `run-${run}`, limit: 2 }
              writes.push({ kind: 'cap', cap })
            }
            const fits = distinct.every(({ key, before }) => (versions.get(key) ?? 0) === before)
            const expected = fits && !(capped && counted >= 2)
            const outcome = await ledger.commit(writes)
            expect(outcome.kind === 'committed').toBe(expected)
            if (expected) {
              for (const { key, before } of distinct) versions.set(key, before + 1)
              if (capped) counted += 1
            }
          }
          for (let key = 0; key < 3; key += 1) {
            const entry = await ledger.entry(idOf(key))
            expect(entry?.version).toBe(versions.get(key))
            const facts = await ledger.timeline(idOf(key))
            expect(facts.map(({ version }) => version)).toStrictEqual(
              Array.from({ length: versions.get(key) ?? 0 }, (_, index) => index + 1),
            )
          }
        }),
        { numRuns: 25 },
      )
    })
  })
}

const byId = (a: Entry, b: Entry): number => (a.accessKeyId < b.accessKeyId ? -1 : 1)

const open = (entry: Entry): Write => ({
  kind: 'entry',
  before: undefined,
  after: entry,
  fact: aFact('found'),
  actor: anActor(),
})

const change = (before: Entry, fact: Fact, now = plusMs(before.changedAt, 1_000)) => {
  const after = evolve(before, fact, now)
  const write: Write = { kind: 'entry', before, after, fact, actor: anActor() }
  return { after, write }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const nameOf = (due: Due): string => (due.kind === 'entry' ? due.accessKeyId : due.noticeId)

const dueInShard = (ledger: Ledger, shard: number, now: EpochMs): Promise<Due[]> =>
  collect(everyItem((cursor) => ledger.due(shard, now, cursor)))

/** What is due in any shard, by name. */
async function dueNames(ledger: Ledger, now: EpochMs): Promise<string[]> {
  const all: string[] = []
  for (let shard = 0; shard < dueShards; shard += 1) {
    all.push(...(await dueInShard(ledger, shard, now)).map(nameOf))
  }
  return all.sort()
}
