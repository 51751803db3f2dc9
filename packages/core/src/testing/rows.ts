import type { Account, IamUser, ObservedKey } from '../key/access-key.ts'
import { Entry, type EntryIn, type EntryState } from '../key/entry.ts'
import { Fact, type Actor, type FactKind, type FactOf, type Sighting } from '../key/fact.ts'
import { Notice } from '../key/notice.ts'
import type { Owner } from '../key/owner.ts'
import { Rotation } from '../key/rotation.ts'
import { Freeze } from '../ledger/freeze.ts'
import { Replay } from '../ledger/replay.ts'
import { SentMail } from '../ledger/sent-mail.ts'
import { KnownAccount } from '../known-account.ts'
import { Organization, type OrganizationInput } from '../policy/organization.ts'
import { Policy, type PolicyInput } from '../policy/policy.ts'
import { AccountScan, ScanDay } from '../scan.ts'
import { aKeyId, anAccountId, aNoticeId, aRotationId, at, aUserId } from './ids.ts'
import { UserName } from '../ids.ts'

/** A document of each kind with sensible fields. A test names only the fields that it is about. */

export const anOwner = (fields: Partial<Owner> = {}): Owner => ({
  id: 'ann@example.com',
  email: 'ann@example.com',
  source: 'tag',
  evidence: 'tag owner',
  ...fields,
})

export const anAccount = (fields: Partial<Account> = {}): Account => ({
  accountId: anAccountId(),
  name: 'payments',
  state: 'ACTIVE',
  organizationalUnits: ['r-root', 'ou-root-workloads'],
  ...fields,
})

export const aUser = (fields: Partial<IamUser> = {}): IamUser => ({
  accountId: anAccountId(),
  userId: aUserId(),
  userName: UserName.parse('ann'),
  path: '/',
  arn: `arn:aws:iam::${anAccountId()}:user/ann`,
  createdAt: at('2025-01-01'),
  groups: [],
  tags: {},
  hasConsole: false,
  ...fields,
})

export const anObservedKey = (fields: Partial<ObservedKey> = {}): ObservedKey => ({
  accessKeyId: aKeyId(),
  status: 'Active',
  createdAt: at('2025-10-01T08:00:00Z'),
  account: anAccount(),
  user: aUser(),
  lastUsed: { kind: 'never' },
  ...fields,
})

export const aPolicy = (fields: Partial<PolicyInput> = {}): Policy =>
  Policy.parse({ name: 'standard', mode: 'enforce', ...fields })

export const anOrganization = (fields: Partial<OrganizationInput> = {}): Organization =>
  Organization.parse({
    contacts: { domains: ['example.com'] },
    mail: { from: 'keynag@example.com' },
    security: { channel: '#security', email: 'security@example.com' },
    administrators: ['admin@example.com'],
    policies: [{ name: 'standard' }],
    ...fields,
  })

export const aSighting = (fields: Partial<Sighting> = {}): Sighting => ({
  status: 'Active',
  lastUsed: { kind: 'never' },
  userName: 'ann',
  userPath: '/',
  owner: anOwner(),
  policy: 'standard',
  audience: 'owner:ann@example.com',
  ...fields,
})

/** The fields of each state, besides the common ones. */
const ofState = {
  nagging: {},
  escalated: { escalationLevel: 1, lastEscalatedAt: at('2026-01-20T09:00:00Z') },
  issuing: { rotationId: aRotationId() },
  issued: {
    rotationId: aRotationId(),
    handover: { replacementKeyId: aKeyId(900), issuedAt: at('2026-01-21T09:00:00Z') },
  },
  deactivated: { rotationId: aRotationId(), deactivatedAt: at('2026-01-28T09:00:00Z') },
  deleted: {
    rotationId: aRotationId(),
    deactivatedAt: at('2026-01-28T09:00:00Z'),
    deletedAt: at('2026-02-04T09:00:00Z'),
  },
  resolved: { resolution: 'deleted-by-owner', resolvedAt: at('2026-01-10T09:00:00Z') },
} as const satisfies Record<EntryState, unknown>

/** An entry in `state`, with the fields that this state needs. */
export const anEntry = <S extends EntryState = 'nagging'>(
  fields: Partial<EntryIn<S>> & { readonly state?: S } = {},
): EntryIn<S> => entryWith<S>(fields.state ?? 'nagging', fields)

/** An entry in `state` with every optional field. */
export const aFullEntry = <S extends EntryState>(state: S): EntryIn<S> =>
  entryWith<S>(state, everyOptionalField)

/** An entry whose last mail came back, with the fields that record it. */
export const anUnreachedEntry = (): EntryIn<'nagging'> =>
  anEntry({
    nagCount: 2,
    lastNaggedAt: at('2026-01-19T09:00:00Z'),
    lastNoticeId: aNoticeId(3),
    warned: { at: at('2026-01-05T09:00:01Z'), of: 'rotate', noticeId: aNoticeId(2) },
    undeliveredCount: 2,
    undeliveredBefore: 1,
    withdrawn: {
      at: at('2026-01-19T09:05:00Z'),
      noticeId: aNoticeId(3),
      how: 'bounce',
      why: 'Permanent/NoEmail: smtp; 550 5.1.1 user unknown',
    },
  })

function entryWith<S extends EntryState>(state: EntryState, fields: object): EntryIn<S> {
  const entry = Entry.parse({
    state,
    accessKeyId: aKeyId(),
    accountId: anAccountId(),
    userId: aUserId(),
    createdAt: at('2025-10-01T08:00:00Z'),
    ...aSighting(),
    foundAt: at('2026-01-05T09:00:00Z'),
    nagCount: 0,
    undeliveredCount: 0,
    escalationLevel: 0,
    version: 1,
    changedAt: at('2026-01-05T09:00:00Z'),
    ...ofState[state],
    ...fields,
  })
  assertState<S>(entry, state)
  return entry
}

function assertState<S extends EntryState>(
  entry: Entry,
  state: EntryState,
): asserts entry is EntryIn<S> {
  if (entry.state !== state) throw new Error(`the entry is ${entry.state}, not ${state}`)
}

const everyOptionalField = {
  lastUsed: {
    kind: 'at',
    at: at('2025-12-24T17:15:00Z'),
    service: 's3',
    region: 'eu-central-1',
  },
  owner: anOwner({ manager: 'boss@example.com' }),
  nagCount: 3,
  lastNaggedAt: at('2026-01-19T09:00:00Z'),
  warned: { at: at('2026-01-05T09:00:01Z'), of: 'rotate' },
  undeliveredCount: 1,
  escalationLevel: 2,
  lastEscalatedAt: at('2026-01-20T09:00:00Z'),
  lastNoticeId: aNoticeId(3),
  hold: { code: 'still-in-use', why: 's3 "quoted" ✓', since: at('2026-01-21T09:00:00Z') },
  exemption: {
    until: at('2026-06-01T00:00:00Z'),
    approver: 'ciso@example.com',
    why: 'vendor migration',
    ticket: 'SEC-12',
  },
  snooze: { until: at('2026-01-25T09:00:00Z'), by: 'ann@example.com' },
  postponed: { until: at('2026-01-26T09:00:00Z'), why: 'cap of the day' },
  handover: {
    replacementKeyId: aKeyId(901),
    secretArn: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keynag-abc',
    issuedAt: at('2026-01-21T09:00:00Z'),
    deliveredAt: at('2026-01-21T09:01:00Z'),
    retireAt: at('2026-02-21T09:00:00Z'),
    retiredAt: at('2026-02-21T09:15:00Z'),
  },
  dueAt: at('2026-01-25T09:00:00Z'),
  version: 12,
} as const satisfies Partial<Omit<EntryIn<'nagging'>, 'state'>>

const aDelivery = { channel: 'slack', to: 'ann@example.com', messageId: '1767603600.000100' }

const facts: { readonly [K in FactKind]: FactOf<K> } = {
  found: { kind: 'found', sighting: aSighting(), rule: '90 days old' },
  observed: { kind: 'observed', sighting: aSighting() },
  nagged: {
    kind: 'nagged',
    noticeId: aNoticeId(),
    delivery: aDelivery,
    announced: 'none',
    rule: 'a nag every 7 days',
  },
  posted: {
    kind: 'posted',
    noticeId: aNoticeId(),
    delivery: { channel: 'slack-channel', to: '#access-keys', messageId: 'C1/1767603600.000100' },
  },
  'nag-undelivered': { kind: 'nag-undelivered', noticeId: aNoticeId(), why: 'no such address' },
  'reminder-waits': {
    kind: 'reminder-waits',
    until: at('2026-01-26T09:00:00Z'),
    why: 'the last message to ann@example.com is of 2026-01-19',
  },
  escalated: {
    kind: 'escalated',
    noticeId: aNoticeId(2),
    level: 1,
    to: 'manager',
    rule: 'tell manager after 3 unanswered nags',
  },
  'rotation-opened': { kind: 'rotation-opened', rotationId: aRotationId(), rule: 'at 90 days' },
  'rotation-abandoned': {
    kind: 'rotation-abandoned',
    rotationId: aRotationId(),
    why: 'the limit of keys was reached',
  },
  'replacement-issued': {
    kind: 'replacement-issued',
    rotationId: aRotationId(),
    replacementKeyId: aKeyId(900),
    secretArn: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keynag-abc',
    retireAt: at('2026-03-01'),
  },
  'replaced-by-owner': {
    kind: 'replaced-by-owner',
    rotationId: aRotationId(),
    replacementKeyId: aKeyId(900),
  },
  'replacement-delivered': {
    kind: 'replacement-delivered',
    noticeId: aNoticeId(4),
    delivery: aDelivery,
  },
  'delivery-withdrawn': {
    kind: 'delivery-withdrawn',
    noticeId: aNoticeId(),
    how: 'bounce',
    why: 'Permanent/NoEmail: smtp; 550 5.1.1 user unknown',
    counted: 'nag',
  },
  'date-read': {
    kind: 'date-read',
    noticeId: aNoticeId(),
    delivery: aDelivery,
    deed: 'deactivate',
    date: at('2026-02-01'),
  },
  'called-off': {
    kind: 'called-off',
    noticeId: aNoticeId(6),
    deed: 'deactivate',
    date: at('2026-02-04T09:00:00Z'),
    why: 'the key is held (still-in-use)',
  },
  deactivated: { kind: 'deactivated', rotationId: aRotationId(), rule: '7 days after' },
  'deactivation-delivered': {
    kind: 'deactivation-delivered',
    noticeId: aNoticeId(5),
    delivery: aDelivery,
    deletesAt: at('2026-02-04T09:00:00Z'),
  },
  deleted: { kind: 'deleted', rotationId: aRotationId(), rule: '7 days after' },
  'secret-retired': { kind: 'secret-retired', why: 'retention is over' },
  'secret-kept': { kind: 'secret-kept', retireAt: at('2026-04-01'), why: 'not picked up' },
  resolved: { kind: 'resolved', how: 'deleted-by-owner' },
  'rolled-back': {
    kind: 'rolled-back',
    rotationId: aRotationId(),
    by: 'olga',
    why: 'the nightly export failed',
  },
  'reactivation-accepted': {
    kind: 'reactivation-accepted',
    by: 'olga',
    why: 'the vendor needs it until June',
  },
  'begun-anew': { kind: 'begun-anew', by: 'olga', why: 'Ann had deleted the new key by mistake' },
  reopened: { kind: 'reopened', sighting: aSighting(), rule: 'Active again' },
  held: { kind: 'held', code: 'operator', why: 'ask Ann first' },
  released: { kind: 'released', by: 'olga', why: 'Ann agreed' },
  exempted: {
    kind: 'exempted',
    until: at('2026-06-01'),
    approver: 'ciso@example.com',
    why: 'vendor migration',
  },
  snoozed: { kind: 'snoozed', until: at('2026-02-01'), by: 'ann@example.com' },
  postponed: { kind: 'postponed', until: at('2026-02-01'), why: 'cap of the day' },
  rescheduled: { kind: 'rescheduled', why: 'the policy changed' },
  'account-unread': {
    kind: 'account-unread',
    since: at('2026-01-20T05:10:00Z'),
    why: 'the account is SUSPENDED',
  },
  'account-read': { kind: 'account-read' },
}

export const factKinds: readonly FactKind[] = Fact.options.map(({ shape }) => shape.kind.value)

/** A fact of the given kind. */
export const aFact = <K extends FactKind>(
  kind: K,
  fields: Partial<Omit<FactOf<K>, 'kind'>> = {},
): FactOf<K> & Fact => ({ ...facts[kind], ...fields })

export const anActor = (): Actor => ({ kind: 'operator', name: 'olga' })

export const aRotation = (fields: Partial<Rotation> = {}): Rotation =>
  Rotation.parse({
    rotationId: aRotationId(),
    accountId: anAccountId(),
    userId: aUserId(),
    accessKeyId: aKeyId(),
    openedAt: at('2026-01-20T09:00:00Z'),
    phase: { kind: 'opened' },
    fence: 0,
    version: 1,
    ...fields,
  })

export const aNotice = (fields: Partial<Notice> = {}): Notice =>
  Notice.parse({
    noticeId: aNoticeId(),
    kind: 'nag',
    accessKeyIds: [aKeyId()],
    createdAt: at('2026-01-05T09:00:00Z'),
    attempts: 0,
    version: 1,
    ...fields,
  })

export const aScanDay = (fields: Partial<ScanDay> = {}): ScanDay =>
  ScanDay.parse({
    date: '2026-01-05',
    plannedAt: at('2026-01-05T03:00:00Z'),
    accountIds: [anAccountId(1), anAccountId(2)],
    version: 1,
    ...fields,
  })

export const anAccountScan = (fields: Partial<AccountScan> = {}): AccountScan =>
  AccountScan.parse({
    date: '2026-01-05',
    account: anAccount(),
    requestedAt: at('2026-01-05T03:00:00Z'),
    fullWalk: false,
    result: { kind: 'requested' },
    version: 1,
    ...fields,
  })

/** An account that a scan has just read, and that stays readable in a test of many days. */
export const aKnownAccount = (fields: Partial<KnownAccount> = {}): KnownAccount =>
  KnownAccount.parse({
    accountId: anAccountId(),
    name: 'payments',
    state: 'ACTIVE',
    listedAt: at('2025-01-01'),
    readAt: at('2026-01-05T05:10:00Z'),
    version: 1,
    ...fields,
  })

export const aSentMail = (fields: Partial<SentMail> = {}): SentMail =>
  SentMail.parse({
    messageId: '0102018d-5f2a-4c1b-9d7e-000000000001-000000',
    noticeId: aNoticeId(),
    to: 'ann@example.com',
    sentAt: at('2026-01-05T09:00:01Z'),
    version: 1,
    ...fields,
  })

export const aFreeze = (fields: Partial<Freeze> = {}): Freeze =>
  Freeze.parse({
    scope: { kind: 'all' },
    since: at('2026-01-05T09:00:00Z'),
    by: 'olga',
    why: 'incident 7',
    ...fields,
  })

export const aReplay = (fields: Partial<Replay> = {}): Replay =>
  Replay.parse({
    eventId: 'e-1',
    queue: 'rotate',
    count: 1,
    firstAt: at('2026-01-05T10:00:00Z'),
    lastAt: at('2026-01-05T10:00:00Z'),
    lastMessageId: '00000000-0000-4000-8000-000000000007',
    version: 1,
    ...fields,
  })
