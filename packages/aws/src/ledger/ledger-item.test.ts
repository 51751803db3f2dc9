import { existsSync, readFileSync } from 'node:fs'
import {
  aFact,
  aFullEntry,
  aKnownAccount,
  anAccountId,
  anAccountScan,
  anActor,
  aKeyId,
  anOwner,
  aNotice,
  anEntry,
  anUnreachedEntry,
  aNoticeId,
  aReplay,
  aRotation,
  aScanDay,
  aSentMail,
  aSighting,
  at,
  factKinds,
} from '@keynag/core/testing'
import {
  AccessKeyId,
  type DeployedConfiguration,
  type EndedFreeze,
  entryStates,
  Outage,
  type Entry,
  type FactRecord,
  type Freeze,
} from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { itemOf, readItem } from './ledger-item.ts'

const fact = (kind: (typeof factKinds)[number]): FactRecord => ({
  accessKeyId: anEntry().accessKeyId,
  version: 7,
  at: at('2026-01-05T09:00:00Z'),
  actor: anActor(),
  fact: aFact(kind),
})

const publishedDay = aScanDay({ publishedAt: at('2026-01-05T03:00:02Z'), version: 2 })
const notice = aNotice({ dueAt: at('2026-01-05T09:05:00Z') })
const replay = aReplay({
  count: 2,
  lastAt: at('2026-01-06T10:00:00Z'),
  quarantined: { since: at('2026-01-06T11:00:00Z'), why: 'it failed twice for another reason' },
})
const testedAt = at('2026-01-20T11:00:30Z')
const tested = { secretArn: 'arn:aws:secretsmanager:eu-central-1:100000000001:secret:s', testedAt }
const storedAndTested = aRotation({
  phase: {
    kind: 'stored',
    newKeyId: aKeyId(2),
    attempt: 1,
    storedAt: at('2026-01-20T11:00:00Z'),
    ...tested,
  },
})
const undoingTested = aRotation({
  phase: { kind: 'undoing', orphanKeyId: aKeyId(2), attempt: 1, ...tested },
})
const withdrawnNotice = aNotice({
  delivery: { channel: 'email', to: 'ann@example.com', messageId: aSentMail().messageId },
  deliveredAt: at('2026-01-05T09:00:01Z'),
  withdrawn: { at: at('2026-01-05T09:05:00Z'), how: 'complaint', why: 'abuse' },
})
const continuedNotice = aNotice({
  delivery: { channel: 'slack', to: 'ann@example.com', messageId: 'D1/1767603600.000100' },
  deliveredAt: at('2026-01-05T09:00:01Z'),
  continues: true,
})
const noticeThatSaid = aNotice({
  delivery: { channel: 'slack', to: 'ann@example.com', messageId: 'D1/1767603600.000100' },
  deliveredAt: at('2026-01-05T09:00:01Z'),
  said: [
    {
      accessKeyId: aKeyId(),
      policy: 'standard',
      announced: 'rotate',
      notBefore: at('2026-01-12T09:00:00Z'),
    },
  ],
})
const noticeToFormer = aNotice({
  kind: 'called-off',
  dueAt: at('2026-01-05T09:05:00Z'),
  former: {
    owner: anOwner(),
    userName: 'ann',
    deed: 'rotate',
    date: at('2026-01-12T09:00:00Z'),
  },
})
const noticeToRung = aNotice({ kind: 'escalation', dueAt: at('2026-01-05T09:05:00Z'), level: 2 })
const datedNag: FactRecord = {
  ...fact('nagged'),
  fact: aFact('nagged', { announced: 'rotate', notBefore: at('2026-01-12T09:00:00Z') }),
}
const datedReplacement: FactRecord = {
  ...fact('replacement-delivered'),
  fact: aFact('replacement-delivered', { deactivatesAt: at('2026-01-12T09:00:00Z') }),
}
const finalReplacement: FactRecord = {
  ...fact('replacement-delivered'),
  fact: aFact('replacement-delivered', {
    deactivatesAt: at('2026-01-12T09:00:00Z'),
    isFinal: true,
  }),
}
const issued = aFullEntry('issued')
const finalHandover = {
  ...issued,
  handover: { ...issued.handover, isFinal: true },
} as Entry
const datedHandover = {
  ...issued,
  handover: { ...issued.handover, notBefore: at('2026-01-28T09:00:00Z') },
} as Entry
const issuedAnew = {
  ...issued,
  handover: { ...issued.handover, firstIssuedAt: at('2026-01-07T09:00:00Z') },
} as Entry
const replacedAnew: FactRecord = {
  ...fact('replaced-by-owner'),
  fact: aFact('replaced-by-owner', { firstIssuedAt: at('2026-01-07T09:00:00Z') }),
}
const shown = {
  deed: 'deactivate',
  date: at('2026-01-28T09:00:00Z'),
  noticeId: aNoticeId(),
} as const
const calledOff: Entry = {
  ...issued,
  shown: {
    ...shown,
    calledOff: {
      at: at('2026-01-27T09:00:00Z'),
      noticeId: aNoticeId(2),
      movedTo: at('2026-01-30T00:00:00Z'),
    },
  },
}
const repeated: Entry = {
  ...aFullEntry('nagging'),
  shown: { ...shown, noticeId: aNoticeId(2), before: shown },
}
const moveCameBack: FactRecord = {
  ...fact('delivery-withdrawn'),
  fact: aFact('delivery-withdrawn', { counted: 'call-off' }),
}
const releasedAnew: FactRecord = {
  ...fact('released'),
  fact: aFact('released', { anew: true }),
}
const unread = { since: at('2026-01-20T05:10:00Z'), why: 'the account is SUSPENDED' }
const unreadEntry = anEntry({ unread })
const closedEntry = anEntry({
  state: 'resolved',
  resolution: 'account-closed',
  wasDeactivatedAt: at('2026-01-06T09:00:00Z'),
  unread,
})
const account = aKnownAccount({
  state: 'CLOSED',
  failing: { since: at('2026-01-06T05:10:00Z'), why: 'KEYNAG_ROLE_UNREACHABLE: not trusted' },
  stopped: { since: at('2026-01-07T05:00:00Z'), why: 'the account is CLOSED' },
  endedAt: at('2026-01-07T05:01:00Z'),
  version: 4,
})
const replaces = {
  accessKeyId: AccessKeyId.parse('AKIA00000000000000OD'),
  status: 'Active',
  secretArn: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keynag-abc',
} as const
const uninstalled: Entry = { ...aFullEntry('nagging'), replaces }
const uninstalledSeen: FactRecord = {
  ...fact('observed'),
  fact: aFact('observed', { sighting: aSighting({ replaces }) }),
}
const outage = Outage.parse({
  provider: 'slack',
  since: at('2026-01-05T09:00:00Z'),
  why: 'Slack answered HTTP 503 at chat.postMessage',
  failures: 12,
  nextTryAt: at('2026-01-05T09:59:00Z'),
  endedAt: at('2026-01-05T10:00:00Z'),
  version: 25,
})
const waitingReminder: Entry = {
  ...anEntry({ remindAt: at('2026-01-12T09:00:00Z') }),
  dueAt: at('2026-01-12T09:00:00Z'),
}
const waitingNotice = aNotice({ waitsFor: 'slack', dueAt: at('2026-01-05T09:05:00Z') })

const seenOnAgain: FactRecord = { ...fact('observed'), fact: aFact('observed', { anew: true }) }
const heldOff: FactRecord = {
  ...fact('held'),
  fact: aFact('held', { code: 'reactivated', status: 'Inactive' }),
}
const acceptedOff: FactRecord = {
  ...fact('resolved'),
  fact: aFact('resolved', { released: { by: 'olga', why: 'the owner wants it off' } }),
}
const off = aFullEntry('deactivated')
const givenUp: Entry = {
  ...off,
  handover: { ...(off.handover ?? issued.handover), isGivenUp: true },
}
const freeze: Freeze = {
  scope: { kind: 'all' },
  since: at('2026-01-05T09:00:00Z'),
  by: 'olga',
  why: 'incident 7',
}
const accountFreeze: Freeze = {
  ...freeze,
  scope: { kind: 'account', accountId: anAccountId(1) },
}
const policyFreeze: Freeze = { ...freeze, scope: { kind: 'policy', policy: 'ci-keys' } }
const configuration: DeployedConfiguration = {
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  since: at('2026-01-05T09:00:00Z'),
  policies: ['standard'],
  text: '{"policies":[]}',
  version: 3,
}
const endedFreeze: EndedFreeze = {
  ...policyFreeze,
  ended: { at: at('2026-01-06T09:00:00Z'), by: 'otto', why: 'it is over' },
}

/**
 * Items as this release writes them. The files are kept for ever: they say what is in tables out
 * there. A changed shape gets a new file beside the old ones.
 */
const golden = [
  ...entryStates.map((state) => ({
    name: `entry-${state}.v1`,
    document: aFullEntry(state) as unknown,
    item: itemOf.entry(aFullEntry(state)),
    read: readItem.entry as (item: unknown) => unknown,
  })),
  ...factKinds.map((kind) => ({
    name: `fact-${kind}.v1`,
    document: fact(kind) as unknown,
    item: itemOf.fact(fact(kind)),
    read: readItem.fact as (item: unknown) => unknown,
  })),
  {
    name: 'fact-nagged-dated.v1',
    document: datedNag,
    item: itemOf.fact(datedNag),
    read: readItem.fact,
  },
  {
    name: 'entry-issued-dated.v1',
    document: datedHandover,
    item: itemOf.entry(datedHandover),
    read: readItem.entry,
  },
  {
    name: 'fact-replaced-by-owner-anew.v1',
    document: replacedAnew,
    item: itemOf.fact(replacedAnew),
    read: readItem.fact,
  },
  {
    name: 'entry-issued-anew.v1',
    document: issuedAnew,
    item: itemOf.entry(issuedAnew),
    read: readItem.entry,
  },
  {
    name: 'entry-issued-called-off.v1',
    document: calledOff,
    item: itemOf.entry(calledOff),
    read: readItem.entry,
  },
  {
    name: 'entry-shown-before.v1',
    document: repeated,
    item: itemOf.entry(repeated),
    read: readItem.entry,
  },
  {
    name: 'fact-delivery-withdrawn-call-off.v1',
    document: moveCameBack,
    item: itemOf.fact(moveCameBack),
    read: readItem.fact,
  },
  {
    name: 'fact-released-anew.v1',
    document: releasedAnew,
    item: itemOf.fact(releasedAnew),
    read: readItem.fact,
  },
  {
    name: 'fact-replacement-delivered-dated.v1',
    document: datedReplacement,
    item: itemOf.fact(datedReplacement),
    read: readItem.fact,
  },
  {
    name: 'fact-replacement-delivered-final.v1',
    document: finalReplacement,
    item: itemOf.fact(finalReplacement),
    read: readItem.fact,
  },
  {
    name: 'entry-issued-final.v1',
    document: finalHandover,
    item: itemOf.entry(finalHandover),
    read: readItem.entry,
  },
  {
    name: 'entry-nagging-replaces.v1',
    document: uninstalled,
    item: itemOf.entry(uninstalled),
    read: readItem.entry,
  },
  {
    name: 'fact-observed-replaces.v1',
    document: uninstalledSeen,
    item: itemOf.fact(uninstalledSeen),
    read: readItem.fact,
  },
  {
    name: 'entry-deactivated-given-up.v1',
    document: givenUp,
    item: itemOf.entry(givenUp),
    read: readItem.entry,
  },
  {
    name: 'fact-held-off.v1',
    document: heldOff,
    item: itemOf.fact(heldOff),
    read: readItem.fact,
  },
  {
    name: 'fact-resolved-released.v1',
    document: acceptedOff,
    item: itemOf.fact(acceptedOff),
    read: readItem.fact,
  },
  {
    name: 'fact-observed-anew.v1',
    document: seenOnAgain,
    item: itemOf.fact(seenOnAgain),
    read: readItem.fact,
  },
  {
    name: 'rotation.v1',
    document: aRotation(),
    item: itemOf.rotation(aRotation()),
    read: readItem.rotation,
  },
  {
    name: 'rotation-stored-tested.v1',
    document: storedAndTested,
    item: itemOf.rotation(storedAndTested),
    read: readItem.rotation,
  },
  {
    name: 'rotation-undoing-tested.v1',
    document: undoingTested,
    item: itemOf.rotation(undoingTested),
    read: readItem.rotation,
  },
  { name: 'notice.v1', document: notice, item: itemOf.notice(notice), read: readItem.notice },
  {
    name: 'scan-day.v1',
    document: aScanDay(),
    item: itemOf.scanDay(aScanDay()),
    read: readItem.scanDay,
  },
  {
    name: 'scan-day-published.v1',
    document: publishedDay,
    item: itemOf.scanDay(publishedDay),
    read: readItem.scanDay,
  },
  {
    name: 'account-scan.v1',
    document: anAccountScan(),
    item: itemOf.accountScan(anAccountScan()),
    read: readItem.accountScan,
  },
  { name: 'account.v1', document: account, item: itemOf.account(account), read: readItem.account },
  {
    name: 'entry-unread.v1',
    document: unreadEntry,
    item: itemOf.entry(unreadEntry),
    read: readItem.entry,
  },
  {
    name: 'entry-nagging-waits.v1',
    document: waitingReminder,
    item: itemOf.entry(waitingReminder),
    read: readItem.entry,
  },
  {
    name: 'entry-resolved-closed.v1',
    document: closedEntry,
    item: itemOf.entry(closedEntry),
    read: readItem.entry,
  },
  { name: 'replay.v1', document: replay, item: itemOf.replay(replay), read: readItem.replay },
  {
    name: 'entry-unreached.v1',
    document: anUnreachedEntry(),
    item: itemOf.entry(anUnreachedEntry()),
    read: readItem.entry,
  },
  {
    name: 'notice-continues.v1',
    document: continuedNotice,
    item: itemOf.notice(continuedNotice),
    read: readItem.notice,
  },
  {
    name: 'notice-said.v1',
    document: noticeThatSaid,
    item: itemOf.notice(noticeThatSaid),
    read: readItem.notice,
  },
  {
    name: 'notice-former.v1',
    document: noticeToFormer,
    item: itemOf.notice(noticeToFormer),
    read: readItem.notice,
  },
  {
    name: 'notice-escalation-level.v1',
    document: noticeToRung,
    item: itemOf.notice(noticeToRung),
    read: readItem.notice,
  },
  {
    name: 'notice-withdrawn.v1',
    document: withdrawnNotice,
    item: itemOf.notice(withdrawnNotice),
    read: readItem.notice,
  },
  {
    name: 'sent-mail.v1',
    document: aSentMail(),
    item: itemOf.sentMail(aSentMail()),
    read: readItem.sentMail,
  },
  { name: 'outage.v1', document: outage, item: itemOf.outage(outage), read: readItem.outage },
  {
    name: 'notice-waits.v1',
    document: waitingNotice,
    item: itemOf.notice(waitingNotice),
    read: readItem.notice,
  },
  { name: 'freeze.v1', document: freeze, item: itemOf.freeze(freeze), read: readItem.freeze },
  {
    name: 'freeze-account.v1',
    document: accountFreeze,
    item: itemOf.freeze(accountFreeze),
    read: readItem.freeze,
  },
  {
    name: 'freeze-policy.v1',
    document: policyFreeze,
    item: itemOf.freeze(policyFreeze),
    read: readItem.freeze,
  },
  {
    name: 'configuration.v1',
    document: configuration,
    item: itemOf.configuration(configuration),
    read: readItem.configuration,
  },
  {
    name: 'ended-freeze.v1',
    document: endedFreeze,
    item: itemOf.endedFreeze(endedFreeze),
    read: readItem.endedFreeze,
  },
]

describe('an item of the ledger', () => {
  it.each(golden)('comes back as it went: $name', ({ document, item, read }) => {
    const kept: unknown = JSON.parse(JSON.stringify(item))
    expect(read(kept)).toStrictEqual(document)
  })

  it.each(golden)('is still read as it was first released: $name', ({ name, document, read }) => {
    const file = new URL(`../../fixtures/ledger/${name}.json`, import.meta.url)
    expect(existsSync(file), `${name}.json is missing: write it once, by hand`).toBe(true)
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
    expect(read(kept)).toStrictEqual(document)
  })

  it.each([{}, { since: 'soon', by: 7 }, { type: 'frieze', schema: 2 }])(
    'that freezes keynag does so whatever it looks like: %j',
    (fields) => {
      expect(readItem.freeze({ pk: 'CONTROL', sk: 'FREEZE#POLICY#ci-keys', ...fields })).toEqual({
        scope: { kind: 'policy', policy: 'ci-keys' },
        since: 0,
        by: 'somebody',
        why: 'the item of the freeze gives no reason',
      })
    },
  )

  it('says its times in words, beside the numbers', () => {
    expect(itemOf.entry(aFullEntry('deactivated'))).toMatchObject({
      dueAt: at('2026-01-25T09:00:00Z'),
      dueAtTime: '2026-01-25T09:00:00Z',
      deactivatedAtTime: '2026-01-28T09:00:00Z',
      hold: { sinceTime: '2026-01-21T09:00:00Z' },
      exemption: { untilTime: '2026-06-01T00:00:00Z' },
      lastUsed: { atTime: '2025-12-24T17:15:00Z' },
      handover: { retireAtTime: '2026-02-21T09:00:00Z' },
    })
  })

  it('is in the index of due things only while it is due', () => {
    expect(itemOf.entry(anEntry())).not.toHaveProperty('dueShard')
    expect(itemOf.notice(aNotice())).not.toHaveProperty('dueShard')
    expect(itemOf.entry(anEntry({ dueAt: at('2026-01-05') }))).toHaveProperty('dueShard')
    expect(itemOf.notice(notice)).toHaveProperty('dueShard')
  })

  it.each([
    { ...itemOf.entry(anEntry()), schema: 2 },
    { ...itemOf.entry(anEntry()), type: 'fact' },
    { ...itemOf.entry(anEntry()), state: 'forgotten' },
    { ...itemOf.entry(anEntry()), version: 0 },
  ])('is not read as something else', (item) => {
    expect(() => readItem.entry(item)).toThrow(
      `the ledger holds entry ${item.pk} ENTRY in a shape that this release cannot read`,
    )
  })

  it('of another release is named with its code and both schemas', () => {
    const newer = { ...itemOf.entry(anEntry()), schema: 2 }
    expect(() => readItem.entry(newer)).toThrow(
      expect.objectContaining({
        code: 'KEYNAG_LEDGER_ITEM_UNREADABLE',
        message: expect.stringContaining('its schema is 2, and this release reads 1'),
      }),
    )
    expect(() => readItem.due({ pk: 'X', sk: 'Y', type: 'promise' })).toThrow(
      expect.objectContaining({
        code: 'KEYNAG_LEDGER_ITEM_UNREADABLE',
        message: expect.stringContaining('X Y'),
      }),
    )
  })
})
