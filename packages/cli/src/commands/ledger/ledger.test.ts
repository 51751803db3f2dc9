import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AccountScan,
  type Entry,
  type Fact,
  type Ledger,
  permanent,
  plusDays,
  type Write,
} from '@keynag/core'
import {
  aFact,
  aKeyId,
  anAccount,
  anAccountId,
  anAccountScan,
  anActor,
  anEntry,
  anOrganization,
  anOwner,
  aRotation,
  aScanDay,
  at,
} from '@keynag/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runKeynag } from '../../program.ts'
import { readerGone } from '../../shell/shell.ts'
import { memoryPlace } from '../../testing/memory-place.ts'
import { recordingShell } from '../../testing/recording-shell.ts'

const now = at('2026-01-20T12:00:00Z')
const policies = [
  { name: 'standard', mode: 'enforce' as const, nag: { everyDays: 7 } },
  { name: 'ci', mode: 'notify' as const },
]

let place: ReturnType<typeof memoryPlace>
beforeEach(() => {
  place = memoryPlace({ now, organization: anOrganization({ policies }) })
})

const open = (after: Entry, fact: Fact = aFact('found')): Write => ({
  kind: 'entry',
  before: undefined,
  after,
  fact,
  actor: anActor(),
})

async function given(...writes: readonly Write[]) {
  expect(await place.ledger.commit(writes)).toStrictEqual({ kind: 'committed' })
}

interface Terminal {
  readonly width?: number
}

async function keynag(args: readonly string[], terminal: Terminal = {}) {
  const recording = recordingShell(terminal)
  const exitCode = await runKeynag(['ledger', ...args, '--sandbox'], recording.shell, {
    openSandbox: () => Promise.resolve(place.place),
  })
  return { exitCode, output: recording.output(), remarks: recording.remarks() }
}

const keysOf = (output: string): readonly string[] =>
  output.split('\n').flatMap((line) => /AKIA\w+/.exec(line)?.[0] ?? [])

describe('keynag ledger list', () => {
  const ann = anOwner()
  const bob = anOwner({ id: 'bob@example.com', email: 'bob@example.com' })

  beforeEach(async () => {
    await given(
      open(anEntry({ accessKeyId: aKeyId(1), owner: ann, dueAt: at('2026-01-22') })),
      open(
        anEntry({
          accessKeyId: aKeyId(2),
          state: 'escalated',
          owner: bob,
          accountId: anAccountId(2),
          dueAt: at('2026-01-21'),
          policy: 'ci',
        }),
      ),
      open(
        anEntry({
          accessKeyId: aKeyId(3),
          owner: bob,
          createdAt: plusDays(now, -400),
          hold: { code: 'still-in-use', why: 's3', since: at('2026-01-10') },
        }),
      ),
      open(
        anEntry({
          accessKeyId: aKeyId(4),
          createdAt: plusDays(now, -90),
          exemption: { until: at('2026-06-01'), approver: 'ciso', why: 'vendor' },
          dueAt: at('2026-06-01'),
        }),
      ),
      open(
        anEntry({
          accessKeyId: aKeyId(5),
          hold: { code: 'operator', why: 'ask', since: at('2026-01-10') },
          exemption: { until: at('2026-01-19'), approver: 'ciso', why: 'over' },
        }),
      ),
    )
  })

  it.each([
    { args: [], expected: [1, 2, 3, 4, 5] },
    { args: ['--state', 'escalated'], expected: [2] },
    { args: ['--state', 'nagging'], expected: [1, 4, 3, 5] },
    { args: ['--account', anAccountId(2)], expected: [2] },
    { args: ['--account', anAccountId(1), '--owner', 'bob@example.com'], expected: [3] },
    { args: ['--owner', 'Bob@Example.com'], expected: [2, 3] },
    { args: ['--policy', 'ci'], expected: [2] },
    { args: ['--older-than', '400'], expected: [3] },
    { args: ['--older-than', '401'], expected: [] },
    { args: ['--younger-than', '90'], expected: [] },
    { args: ['--younger-than', '91'], expected: [4] },
    { args: ['--due-before', '2026-01-22'], expected: [2] },
    { args: ['--due-before', '2026-01-22T00:00:01Z'], expected: [2, 1] },
    { args: ['--due-before', '2027-01-01'], expected: [2, 1, 4] },
    { args: ['--due-before', '2027-01-01', '--state', 'nagging'], expected: [1, 4] },
    { args: ['--held'], expected: [3, 5] },
    { args: ['--held', 'operator'], expected: [5] },
    { args: ['--exempt'], expected: [4] },
    { args: ['--limit', '2', '--state', 'nagging'], expected: [1, 4] },
  ])('$args finds $expected', async ({ args, expected }) => {
    const { output, exitCode } = await keynag(['list', ...args])
    expect(keysOf(output)).toStrictEqual(expected.map((n) => aKeyId(n)))
    expect(exitCode).toBe(0)
    const json = await keynag(['list', ...args, '--json'])
    expect(keysOf(json.output)).toStrictEqual(expected.map((n) => aKeyId(n)))
    const csv = await keynag(['list', ...args, '--csv'])
    expect(keysOf(csv.output)).toStrictEqual(expected.map((n) => aKeyId(n)))
  })

  it('says that there is more, on standard error', async () => {
    const { output, remarks } = await keynag(['list', '--limit', '2'])
    expect(keysOf(output)).toHaveLength(2)
    expect(remarks).toBe('These are the first 2 keys. Use --all for every key, or --limit N.')
    expect((await keynag(['list', '--limit', '5'])).remarks).toBe('')
    expect((await keynag(['list', '--policy', 'other'])).remarks).toBe('No key matches.')
  })

  it('is print one JSON object a line with ISO times', async () => {
    const { output } = await keynag(['list', '--json', '--held', 'still-in-use'])
    expect(JSON.parse(output)).toMatchObject({
      accessKeyId: aKeyId(3),
      ageDays: 400,
      owner: { id: 'bob@example.com' },
      hold: { code: 'still-in-use', why: 's3', since: '2026-01-10T00:00:00Z' },
      createdAt: '2024-12-16T12:00:00Z',
    })
  })

  it('streams page by page with --all, and titles a table once', async () => {
    const more = Array.from({ length: 350 }, (_, n) =>
      open(anEntry({ accessKeyId: aKeyId(100 + n), userName: `user-${'x'.repeat(n % 40)}` })),
    )
    for (let start = 0; start < more.length; start += 50)
      await given(...more.slice(start, start + 50))
    const { output, remarks } = await keynag(['list', '--all'])
    expect(keysOf(output)).toHaveLength(355)
    expect(output.match(/access key/g)).toHaveLength(1)
    expect(remarks).toBe('')
    const limited = await keynag(['list'])
    expect(keysOf(limited.output)).toHaveLength(100)
    expect(limited.remarks).toContain('--all')
    const csv = await keynag(['list', '--all', '--csv'])
    expect(csv.output.match(/^accessKeyId,/gm)).toHaveLength(1)
  })

  it.each([40, 80, 100])('fits a terminal of %i columns', async (width) => {
    const { output } = await keynag(['list'], { width })
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(width)
    expect(keysOf(output)).toHaveLength(5)
  })

  it.each([
    [['--state', 'forgotten'], '--state must be one of nagging, escalated'],
    [['--account', '12'], '--account takes the twelve digits of an account'],
    [['--older-than', 'old'], '--older-than must be a whole number'],
    [['--due-before', 'soon'], '--due-before must be a day or time such as 2026-11-21'],
    [['--held', 'why-not'], '--held takes nothing or one of owner-unreachable'],
    [['--limit', '0'], '--limit must be 1 or more'],
    [['--json', '--csv'], '--csv and --json exclude each other'],
    [['--wat'], "unknown option '--wat'"],
  ])('refuses %j', async (args, sentence) => {
    const { exitCode, output, remarks } = await keynag(['list', ...args])
    expect(remarks).toContain('KEYNAG_OPTION_INVALID')
    expect(remarks).toContain(sentence)
    expect({ exitCode, output }).toStrictEqual({ exitCode: 1, output: '' })
  })

  it('ends well when the reader has seen enough, and closes the place', async () => {
    const recording = recordingShell()
    const shell = { ...recording.shell, interrupted: AbortSignal.abort(readerGone) }
    const openSandbox = () => Promise.resolve(place.place)
    expect(await runKeynag(['ledger', 'list', '--sandbox'], shell, { openSandbox })).toBe(0)
    expect(recording.output()).toBe('')
    expect(place.closed()).toBe(1)
    const interrupted = { ...recording.shell, interrupted: AbortSignal.abort() }
    expect(await runKeynag(['ledger', 'list', '--sandbox'], interrupted, { openSandbox })).toBe(130)
  })
})

describe('a report over items that cannot be read', () => {
  const newer = permanent('KEYNAG_LEDGER_ITEM_UNREADABLE', 'the ledger holds entry KEY#X ENTRY …')

  it.each([['list'], ['list', '--json'], ['stats'], ['export'], ['owner', 'ann@example.com']])(
    '%s %s shows the rest, says what is left out and ends with 1',
    async (...args) => {
      await given(open(anEntry()))
      const reportLedger = (onUnreadable: (error: typeof newer) => void): Ledger => {
        onUnreadable(newer)
        return place.ledger
      }
      place = { ...place, place: { ...place.place, reportLedger } }
      const { exitCode, output, remarks } = await keynag(args.filter((arg) => arg !== undefined))
      expect(output).toMatch(/AKIA|1 key in the ledger/)
      expect(remarks).toContain('KEYNAG_LEDGER_ITEM_UNREADABLE: the ledger holds entry KEY#X ENTRY')
      expect(remarks).toContain('The report leaves out 1 item that could not be read.')
      expect(exitCode).toBe(1)
    },
  )
})

describe('keynag ledger show', () => {
  it('tells what comes next and every step with its rule, who did it and the proof', async () => {
    const entry = anEntry({
      nagCount: 1,
      lastNaggedAt: at('2026-01-19T09:00:00Z'),
      owner: anOwner({ manager: 'boss@example.com' }),
    })
    await given(open(entry))
    const nagged: Entry = { ...entry, version: 2 }
    await given({
      kind: 'entry',
      before: entry,
      after: nagged,
      fact: aFact('nagged'),
      actor: { kind: 'delivery', event: 'key.stale', eventId: 'e-1' },
    })
    const { output, exitCode } = await keynag(['show', entry.accessKeyId])
    expect(exitCode).toBe(0)
    expect(output).toBe(
      [
        `${entry.accessKeyId} of ann in account ${entry.accountId}`,
        '  state       nagging, in the ledger since 2026-01-05',
        '  owner       ann@example.com (tag owner); manager boss@example.com',
        '  policy      standard',
        '  key         Active, 111 days old, created on 2025-10-01',
        '  last used   never',
        '  reminders   1 delivered, the last try on 2026-01-19',
        '  next        nothing before 2026-01-26 09:00: a nag every 7 days',
        '',
        'Timeline, in UTC',
        '2026-01-05 09:00  found: Active, last used never, owner ann@example.com, policy standard',
        '                  because: 90 days old',
        '                  by: operator olga',
        '2026-01-05 09:00  reminded the owner',
        '                  because: a nag every 7 days',
        '                  delivered: slack to ann@example.com, message 1767603600.000100',
        '                  by: delivery of key.stale e-1',
      ].join('\n'),
    )
  })

  it('is print one JSON object for programs', async () => {
    const entry = anEntry({ hold: { code: 'operator', why: 'ask', since: at('2026-01-10') } })
    await given(open(entry))
    await place.ledger.setFreeze({ since: at('2026-01-11'), by: 'olga', why: 'incident' })
    const { output } = await keynag(['show', entry.accessKeyId, '--json'])
    expect(JSON.parse(output)).toMatchObject({
      entry: { accessKeyId: entry.accessKeyId, hold: { since: '2026-01-10T00:00:00Z' } },
      next: { kind: 'wait', what: 'nothing by itself', rule: 'held: operator' },
      freeze: { since: '2026-01-11T00:00:00Z', by: 'olga', why: 'incident' },
      timeline: [{ at: '2026-01-05T09:00:00Z', rule: '90 days old', by: 'operator olga' }],
    })
  })

  it('knows which keys it does not know', async () => {
    const unknown = await keynag(['show', aKeyId(9)])
    expect(unknown.remarks).toContain(
      `KEYNAG_KEY_UNKNOWN: the ledger of stage test does not have the key ${aKeyId(9)}`,
    )
    expect(unknown).toMatchObject({ exitCode: 1, output: '' })
    const malformed = await keynag(['show', 'AKIA-\u001B[2J'])
    expect(malformed.remarks).toContain('KEYNAG_OPTION_INVALID: "AKIA-\\u001b[2J" is not an access')
    expect(malformed.remarks).not.toContain('\u001B')
    expect(malformed).toMatchObject({ exitCode: 1, output: '' })
    expect((await keynag(['show'])).remarks).toContain("missing required argument 'access-key-id'")
  })
})

describe('keynag ledger owner', () => {
  it("lists an owner's keys in all accounts", async () => {
    await given(
      open(anEntry({ accessKeyId: aKeyId(1) })),
      open(anEntry({ accessKeyId: aKeyId(2), accountId: anAccountId(2), state: 'resolved' })),
      open(anEntry({ accessKeyId: aKeyId(3), owner: anOwner({ id: 'anna@example.com' }) })),
    )
    const { output } = await keynag(['owner', 'ANN@example.com'])
    expect(keysOf(output)).toStrictEqual([aKeyId(1), aKeyId(2)])
    expect(output).toContain('2 keys of ann@example.com in 2 accounts')
    const json: unknown = JSON.parse((await keynag(['owner', 'ann@example.com', '--json'])).output)
    expect(json).toMatchObject({
      owner: 'ann@example.com',
      keys: [{ accessKeyId: aKeyId(1) }, { accessKeyId: aKeyId(2), state: 'resolved' }],
    })
    expect((await keynag(['owner', 'x@example.com'])).output).toBe(
      'The ledger of stage test has no key of x@example.com.',
    )
  })
})

const scanOf = (date: string, n: number, result: AccountScan['result']): Write => ({
  kind: 'account-scan',
  before: undefined,
  after: anAccountScan({
    date,
    account: anAccount({ accountId: anAccountId(n), name: `account-${n}` }),
    result,
  }),
})
const counts = { users: 3, keys: 4, stale: 2, found: 1, resolved: 0 }
const finished = (rootKeys: 0 | 1) => ({
  kind: 'finished' as const,
  at: at('2026-01-19T03:10:00Z'),
  reportAt: at('2026-01-19T02:00:00Z'),
  counts,
  rootKeys: rootKeys === 0 ? [] : [{ slot: '1' as const, changedAt: at('2020-01-01') }],
})
const failed = {
  kind: 'failed' as const,
  at: at('2026-01-20T03:10:00Z'),
  code: 'KEYNAG_ROLE_UNREACHABLE',
  why: 'not trusted',
}

describe('keynag ledger account', () => {
  it('tells its keys, scans, root keys and open rotations', async () => {
    const rotating = anEntry({ accessKeyId: aKeyId(7), state: 'issuing' })
    await given(
      open(rotating),
      { kind: 'rotation', before: undefined, after: aRotation({ accessKeyId: aKeyId(7) }) },
      scanOf('2026-01-20', 1, failed),
      scanOf('2026-01-19', 1, finished(1)),
    )
    const { output } = await keynag(['account', anAccountId(1), '--days', '3'])
    expect(output).toContain(`Account ${anAccountId(1)} (account-1)`)
    expect(output).toContain('1 active root access key (slot 1, changed 2020-01-01)')
    expect(output).toMatch(/2026-01-20 +failed +KEYNAG_ROLE_UNREACHABLE: not trusted/)
    expect(output).toMatch(/2026-01-19 +finished +4 keys of 3 users: 2 stale, 1 new, 0 settled/)
    expect(output).toMatch(/2026-01-18 +not planned/)
    expect(output).toMatch(new RegExp(`${aKeyId(7)} +2026-01-20 +opened +free`))
    const json: unknown = JSON.parse((await keynag(['account', anAccountId(1), '--json'])).output)
    expect(json).toMatchObject({
      keys: [{ accessKeyId: aKeyId(7) }],
      scans: [
        { date: '2026-01-20', result: { kind: 'failed', at: '2026-01-20T03:10:00Z' } },
        { date: '2026-01-19', result: { kind: 'finished', rootKeys: [{ slot: '1' }] } },
        { date: '2026-01-18', result: { kind: 'not-planned' } },
        ...Array.from({ length: 4 }, () => ({})),
      ],
      rotations: [{ openedAt: '2026-01-20T09:00:00Z' }],
    })
  })

  it('refuses what is no account', async () => {
    const { remarks, exitCode } = await keynag(['account', '12'])
    expect(remarks).toContain('"12" is not an account ID: those have twelve digits')
    expect(exitCode).toBe(1)
  })
})

describe('keynag ledger stats', () => {
  it('counts, and names the accounts that were not scanned', async () => {
    const hold = { code: 'operator', why: 'ask', since: at('2026-01-10') } as const
    await given(
      open(anEntry({ accessKeyId: aKeyId(1), nagCount: 2, hold })),
      open(anEntry({ accessKeyId: aKeyId(2), policy: 'ci', createdAt: plusDays(now, -800) })),
      open(anEntry({ accessKeyId: aKeyId(3), state: 'resolved', nagCount: 4 })),
      {
        kind: 'scan-day',
        before: undefined,
        after: aScanDay({
          date: '2026-01-19',
          accountIds: [anAccountId(1), anAccountId(2), anAccountId(3)],
        }),
      },
      scanOf('2026-01-19', 1, finished(1)),
      scanOf('2026-01-19', 2, failed),
      scanOf('2026-01-19', 4, { kind: 'skipped', why: 'the account is SUSPENDED' }),
    )
    await place.ledger.setFreeze({ since: at('2026-01-11'), by: 'olga', why: 'incident' })
    const { output } = await keynag(['stats', '--json'])
    expect(JSON.parse(output)).toStrictEqual({
      place: 'stage test',
      keys: 3,
      open: 2,
      states: {
        nagging: 2,
        escalated: 0,
        issuing: 0,
        issued: 0,
        deactivated: 0,
        deleted: 0,
        resolved: 1,
      },
      policies: { ci: 1, standard: 1 },
      holds: { operator: 1 },
      held: 1,
      exempt: 0,
      ages: {
        'under 90 days': 0,
        '90 to 179 days': 1,
        '180 to 364 days': 0,
        '1 to 2 years': 0,
        'over 2 years': 1,
      },
      nags: { none: 1, one: 0, 'two or three': 1, 'four or more': 0 },
      reminders: 6,
      owners: 1,
      withoutOwner: 0,
      freeze: { since: '2026-01-11T00:00:00Z', by: 'olga', why: 'incident' },
      coverage: {
        date: '2026-01-19',
        planned: 3,
        finished: 1,
        notScanned: [
          {
            accountId: anAccountId(2),
            name: 'account-2',
            why: 'KEYNAG_ROLE_UNREACHABLE: not trusted',
          },
          { accountId: anAccountId(3), name: '', why: 'the ledger has no record of its scan' },
          { accountId: anAccountId(4), name: 'account-4', why: 'the account is SUSPENDED' },
        ],
        rootKeys: [{ accountId: anAccountId(1), name: 'account-1', keys: 1 }],
      },
      unreadable: 0,
    })
    const words = (await keynag(['stats'])).output
    expect(words).toContain('Frozen since 2026-01-11T00:00:00Z by olga: incident')
    expect(words).toContain('Scan of 2026-01-19: 1 of 3 accounts read')
    expect(words).toContain(`${anAccountId(3)} was not read: the ledger has no record of its scan`)
  })

  it('says so when no scan was planned', async () => {
    expect((await keynag(['stats'])).output).toContain('No scan was planned in the last month.')
  })
})

describe('keynag ledger export', () => {
  const Line = z.object({ type: z.enum(['entry', 'fact']), accessKeyId: z.string() })
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keynag-export-'))
    await given(...Array.from({ length: 45 }, (_, n) => open(anEntry({ accessKeyId: aKeyId(n) }))))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('has every entry, and every fact after its entry', async () => {
    const { output } = await keynag(['export', '--facts'])
    const lines = output.split('\n').map((line) => Line.parse(JSON.parse(line)))
    expect(lines).toHaveLength(90)
    for (const [index, line] of lines.entries()) {
      expect(line).toStrictEqual({
        type: index % 2 === 0 ? 'entry' : 'fact',
        accessKeyId: aKeyId(Math.floor(index / 2)),
      })
    }
  })

  it('is CSV of entries, or of facts', async () => {
    const entries = (await keynag(['export', '--csv'])).output.split('\n')
    expect(entries).toHaveLength(46)
    expect(entries[1]).toContain(`${aKeyId(0)},${anAccountId()},ann,`)
    const facts = (await keynag(['export', '--csv', '--facts'])).output.split('\n')
    expect(facts).toHaveLength(46)
    expect(facts[1]).toContain(`${aKeyId(0)},1,2026-01-05T09:00:00Z,found,`)
  })

  it('writes a file whole, under its name', async () => {
    const path = join(folder, 'ledger.jsonl')
    const { output, remarks } = await keynag(['export', '--out', path])
    expect(output).toBe('')
    expect(remarks).toBe(`Wrote 45 keys of stage test to ${path}.`)
    expect(await readdir(folder)).toStrictEqual(['ledger.jsonl'])
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(46)
  })

  it('leaves nothing behind when it is interrupted or fails', async () => {
    const path = join(folder, 'ledger.jsonl')
    const shell = { ...recordingShell().shell, interrupted: AbortSignal.abort() }
    const openSandbox = () => Promise.resolve(place.place)
    const args = ['ledger', 'export', '--facts', '--out', path, '--sandbox']
    expect(await runKeynag(args, shell, { openSandbox })).toBe(130)
    expect(await readdir(folder)).toStrictEqual([])
    place.ledger.timeline = () => Promise.reject(permanent('KEYNAG_LEDGER_MISSING', 'no table'))
    expect((await keynag(['export', '--facts', '--out', path])).exitCode).toBe(1)
    expect(await readdir(folder)).toStrictEqual([])
    const nowhere = await keynag(['export', '--out', join(folder, 'no', 'such', 'file')])
    expect(nowhere.remarks).toContain('KEYNAG_OUT_UNUSABLE')
    expect(nowhere.exitCode).toBe(1)
  })
})
