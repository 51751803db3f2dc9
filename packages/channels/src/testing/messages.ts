import {
  AccessKeyId,
  AccountId,
  epochMs,
  parseIso,
  plusDays,
  type EpochMs,
  type KeyCard,
  type Message,
  type MessageOf,
} from '@keynag/core'

const at = (iso: string): EpochMs => parseIso(iso) ?? epochMs(Number.NaN)

export const now = at('2026-11-21T09:00:00Z')

/** A made-up key. Each number gives another key; a higher number gives an older one. */
export function keyCard(number = 1, changes: Partial<KeyCard> = {}): KeyCard {
  const ageDays = 96 + number
  return {
    accessKeyId: AccessKeyId.parse(`AKIAEXAMPLE${String(number).padStart(9, '0')}`),
    accountId: AccountId.parse(number % 3 === 0 ? '444455556666' : '111122223333'),
    userName: 'alice',
    createdAt: plusDays(now, -ageDays),
    ageDays,
    status: 'Active',
    lastUsed: { kind: 'at', at: at('2026-11-20T14:15:00Z'), service: 's3', region: 'eu-central-1' },
    nagCount: 2,
    ownerEvidence: 'tag owner',
    ahead: { kind: 'deactivate', at: at('2026-12-05T09:00:00Z') },
    ...changes,
  }
}

const replacementKeyId = AccessKeyId.parse('AKIAEXAMPLENEW000001')

const oldKeyId = AccessKeyId.parse('AKIAEXAMPLEOLD000001')
const secretArn =
  'arn:aws:secretsmanager:eu-central-1:111122223333:secret:keynag/AIDAEXAMPLE0000000001-a1B2c3'

/** A replacement that keynag made, and that no program has used since keynag tested it. */
const uninstalled = (replaces: NonNullable<KeyCard['replaces']>): KeyCard =>
  keyCard(1, {
    lastUsed: { kind: 'at', at: at('2026-08-16T09:01:00Z'), service: 'sts', region: 'us-east-1' },
    ahead: { kind: 'nothing' },
    replaces,
  })

/** One message of each kind, and a second one where a kind can look different. */
export const messages = {
  nag: {
    kind: 'nag',
    noticeId: 'nag/alice@example.com/2026-11-21',
    now,
    keys: [keyCard()],
    alsoOpen: [],
  },
  'nag-several': {
    kind: 'nag',
    noticeId: 'nag/alice@example.com/2026-11-21',
    now,
    keys: [
      keyCard(1),
      keyCard(3, {
        userName: 'ci-deploy',
        lastUsed: { kind: 'unknown', why: 'GetAccessKeyLastUsed was throttled' },
        ahead: { kind: 'rotate', at: at('2026-11-20T09:00:00Z') },
      }),
      keyCard(2, {
        userName: 'backup',
        status: 'Inactive',
        lastUsed: { kind: 'never' },
        ahead: { kind: 'nothing' },
      }),
    ],
    alsoOpen: [keyCard(4, { userName: 'reports', ahead: { kind: 'delete', at: undefined } })],
  },
  'nag-install': {
    kind: 'nag',
    noticeId: 'nag/2026-11-21/owner:alice@example.com',
    now,
    keys: [uninstalled({ accessKeyId: oldKeyId, status: 'Active', secretArn })],
    alsoOpen: [],
  },
  'nag-install-one-of-two': {
    kind: 'nag',
    noticeId: 'nag/2026-11-21/owner:alice@example.com',
    now,
    keys: [keyCard(2, { replacementKeyId }), uninstalled({ accessKeyId: oldKeyId })],
    alsoOpen: [],
  },
  'nag-delete': {
    kind: 'nag',
    noticeId: 'nag/2026-11-21/owner:alice@example.com',
    now,
    keys: [keyCard(1, { ahead: { kind: 'delete', at: at('2026-12-05T09:00:00Z') } })],
    alsoOpen: [],
  },
  'nag-exempt': {
    kind: 'nag',
    noticeId: 'nag/2026-11-21/owner:alice@example.com',
    now,
    keys: [keyCard(1, { ahead: { kind: 'nothing', until: at('2026-12-24T00:00:00Z') } })],
    alsoOpen: [keyCard(2, { ahead: { kind: 'rotate', at: at('2026-12-05T09:00:00Z') } })],
  },
  'nag-purge': {
    kind: 'nag',
    noticeId: 'nag/2026-11-21/owner:alice@example.com',
    now,
    keys: [
      keyCard(1, {
        keysUnwanted: { groups: ['interactive-users'] },
        ahead: { kind: 'delete', at: at('2026-11-27T23:55:00Z'), isFinal: true },
      }),
    ],
    alsoOpen: [],
  },
  'deactivated-purge': {
    kind: 'deactivated',
    noticeId: 'deactivated/AKIAEXAMPLE000000001/7',
    now,
    key: keyCard(1, { keysUnwanted: { groups: ['interactive-users'] } }),
    deletesAt: now,
  },
  'deleted-purge': {
    kind: 'deleted',
    noticeId: 'deleted/AKIAEXAMPLE000000001/8',
    now,
    key: keyCard(1, { status: 'Inactive', keysUnwanted: { groups: [] } }),
  },
  escalation: {
    kind: 'escalation',
    noticeId: 'escalation/AKIAEXAMPLE000000024/1/2026-11-21',
    now,
    key: keyCard(24, { nagCount: 3 }),
    owner: 'alice@example.com',
    level: 1,
    rule: '3 reminders went unanswered',
  },
  'replacement-issued': {
    kind: 'replacement-issued',
    noticeId: 'replacement-issued/AKIAEXAMPLE000000001/2026-11-21',
    now,
    key: keyCard(),
    replacementKeyId,
    secretArn,
    deactivatesAt: at('2026-11-28T09:00:00Z'),
    retireAt: at('2026-12-21T09:00:00Z'),
  },
  'replacement-found': {
    kind: 'replacement-found',
    noticeId: 'replacement-found/AKIAEXAMPLE000000001/2026-11-21',
    now,
    key: keyCard(),
    replacementKeyId,
    deactivatesAt: at('2026-11-28T09:00:00Z'),
  },
  'replacement-found-keynags': {
    kind: 'replacement-found',
    noticeId: 'replacement-found/AKIAEXAMPLE000000001/2026-11-21',
    now,
    key: keyCard(),
    replacementKeyId,
    deactivatesAt: at('2026-11-28T09:00:00Z'),
    isKeynags: true,
  },
  'replacement-issued-final': {
    kind: 'replacement-issued',
    noticeId: 'replacement-issued/AKIAEXAMPLE000000001/11',
    now,
    key: keyCard(),
    replacementKeyId,
    secretArn,
    deactivatesAt: at('2026-11-28T09:00:00Z'),
    isFinal: true,
    retireAt: at('2026-12-21T09:00:00Z'),
  },
  deactivated: {
    kind: 'deactivated',
    noticeId: 'deactivated/AKIAEXAMPLE000000001/12',
    now,
    key: keyCard(),
    deletesAt: at('2026-11-28T09:00:00Z'),
  },
  'deactivated-kept': {
    kind: 'deactivated',
    noticeId: 'deactivated/AKIAEXAMPLE000000001/13',
    now,
    key: keyCard(),
    deletesAt: undefined,
  },
  'called-off': {
    kind: 'called-off',
    noticeId: 'called-off/AKIAEXAMPLE000000001/14',
    now,
    key: keyCard(),
    deed: 'deactivate',
    date: at('2026-11-28T09:00:00Z'),
    because: { kind: 'held', code: 'still-in-use' },
  },
  'called-off-moved': {
    kind: 'called-off',
    noticeId: 'called-off/AKIAEXAMPLE000000001/15',
    now,
    key: keyCard(),
    deed: 'deactivate',
    date: at('2026-11-20T09:00:00Z'),
    because: { kind: 'moved', to: at('2026-11-22T00:00:00Z') },
  },
  'called-off-moved-final': {
    kind: 'called-off',
    noticeId: 'called-off/AKIAEXAMPLE000000001/15',
    now,
    key: keyCard(),
    deed: 'deactivate',
    date: at('2026-11-20T09:00:00Z'),
    because: { kind: 'moved', to: at('2026-11-22T00:00:00Z'), isFinal: true },
  },
  'called-off-resolved': {
    kind: 'called-off',
    noticeId: 'called-off/AKIAEXAMPLE000000001/16',
    now,
    key: keyCard(1, { status: 'Inactive' }),
    deed: 'deactivate',
    date: at('2026-11-28T09:00:00Z'),
    because: { kind: 'resolved', how: 'deactivated-by-owner' },
  },
  'called-off-exempt': {
    kind: 'called-off',
    noticeId: 'called-off/AKIAEXAMPLE000000001/17',
    now,
    key: keyCard(),
    deed: 'rotate',
    date: at('2026-11-28T09:00:00Z'),
    because: { kind: 'exempt', until: at('2026-12-24T00:00:00Z') },
  },
  'called-off-not-enforced': {
    kind: 'called-off',
    noticeId: 'called-off/AKIAEXAMPLE000000001/18',
    now,
    key: keyCard(1, { status: 'Inactive' }),
    deed: 'delete',
    date: at('2026-11-28T09:00:00Z'),
    because: { kind: 'not-enforced' },
  },
  'called-off-owner-changed': {
    kind: 'called-off',
    noticeId: 'called-off/AKIAEXAMPLE000000001/19',
    now,
    key: keyCard(),
    deed: 'deactivate',
    date: at('2026-11-28T09:00:00Z'),
    because: { kind: 'owner-changed' },
  },
  deleted: {
    kind: 'deleted',
    noticeId: 'deleted/AKIAEXAMPLE000000001/2026-11-21',
    now,
    key: keyCard(1, { status: 'Inactive' }),
  },
  held: {
    kind: 'held',
    noticeId: 'held/AKIAEXAMPLE000000001/12',
    now,
    key: keyCard(),
    owner: 'alice@example.com',
    code: 'still-in-use',
    why: 'still in use on 2026-11-20T14:15:00Z (s3)',
  },
  'held-to-owner': {
    kind: 'held-to-owner',
    noticeId: 'held-to-owner/AKIAEXAMPLE000000001/12',
    now,
    key: keyCard(),
    code: 'replacement-not-fetched',
    replacementKeyId,
    secretArn,
  },
  'held-to-owner-gone': {
    kind: 'held-to-owner',
    noticeId: 'held-to-owner/AKIAEXAMPLE000000001/13',
    now,
    key: keyCard(1, { status: 'Inactive' }),
    code: 'handover-gone',
    replacementKeyId,
  },
  digest: {
    kind: 'digest',
    noticeId: 'digest/2026-11-21',
    now,
    date: '2026-11-21',
    coverage: {
      planned: 43,
      finished: 40,
      notScanned: [
        {
          accountId: AccountId.parse('777788889999'),
          name: 'sandbox-7',
          why: 'the role keynag-reader cannot be assumed (KEYNAG_ROLE_UNREACHABLE)',
        },
        {
          accountId: AccountId.parse('123412341234'),
          name: 'legacy-billing',
          why: 'the credential report was not finished in time (KEYNAG_REPORT_UNAVAILABLE)',
        },
      ],
    },
    outages: [
      {
        subject: '#team-old',
        since: at('2026-11-19T08:00:00Z'),
        why: 'Slack #team-old: that Slack channel is archived (is_archived)',
        isBroken: true,
      },
    ],
    unread: [
      {
        accountId: AccountId.parse('777788889999'),
        name: 'sandbox-7',
        since: at('2026-11-18T05:10:00Z'),
        why: 'KEYNAG_ROLE_UNREACHABLE: the role keynag-reader cannot be assumed',
        keys: 3,
      },
      {
        accountId: AccountId.parse('121212121212'),
        name: 'acquired',
        why: 'keynag has not listed the accounts yet',
        keys: 1,
      },
    ],
    ended: [{ accountId: AccountId.parse('565656565656'), name: 'old-shop', keys: 2 }],
    rootKeys: [{ accountId: AccountId.parse('444455556666'), name: 'data-lake' }],
    states: { issued: 2, nagging: 17, escalated: 4, deactivated: 3, resolved: 120 },
    held: [
      {
        key: keyCard(5, { userName: 'etl' }),
        code: 'use-unknown',
        why: 'its last use could not be read: throttled',
      },
    ],
    cameBack: [
      {
        key: keyCard(6, { userName: 'reporting' }),
        how: 'bounce',
        why: 'Permanent/NoEmail: smtp; 550 5.1.1 user unknown',
      },
    ],
    ahead: [
      {
        at: at('2026-11-23T09:00:00Z'),
        what: 'deactivate',
        accessKeyId: AccessKeyId.parse('AKIAEXAMPLE000000001'),
      },
      {
        at: at('2026-11-24T09:00:00Z'),
        what: 'rotate',
        accessKeyId: AccessKeyId.parse('AKIAEXAMPLE000000002'),
        ifArmed: true,
      },
    ],
  },
  'digest-empty': {
    kind: 'digest',
    noticeId: 'digest/2026-11-22',
    now,
    date: '2026-11-22',
    coverage: { planned: 0, finished: 0, notScanned: [] },
    unread: [],
    ended: [],
    rootKeys: [],
    states: {},
    held: [],
    cameBack: [],
    ahead: [],
  },
} as const satisfies Readonly<Record<string, Message>>

/** A channel's reminder about many keys. */
export const manyKeys = (amount: number): MessageOf<'nag'> => ({
  ...messages.nag,
  keys: Array.from({ length: amount }, (_, index) =>
    keyCard(index + 1, { userName: `user-${index}` }),
  ),
})
