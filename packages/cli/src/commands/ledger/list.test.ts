import { permanent, plusDays, type Ledger } from '@keynag/core'
import { aKeyId, anAccountId, anEntry, anOwner, at } from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { runKeynag } from '../../program.ts'
import { readerGone } from '../../shell/shell.ts'
import { keysOf, ledgerTerminal, now, open } from '../../testing/ledger-terminal.ts'
import { recordingShell } from '../../testing/recording-shell.ts'

let terminal: ReturnType<typeof ledgerTerminal>
beforeEach(() => {
  terminal = ledgerTerminal()
})

describe('keynag ledger list', () => {
  const ann = anOwner()
  const bob = anOwner({ id: 'bob@example.com', email: 'bob@example.com' })

  beforeEach(async () => {
    await terminal.given(
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
    const { output, exitCode } = await terminal.keynag(['list', ...args])
    expect(keysOf(output)).toStrictEqual(expected.map((n) => aKeyId(n)))
    expect(exitCode).toBe(0)
    const json = await terminal.keynag(['list', ...args, '--json'])
    expect(keysOf(json.output)).toStrictEqual(expected.map((n) => aKeyId(n)))
    const csv = await terminal.keynag(['list', ...args, '--csv'])
    expect(keysOf(csv.output)).toStrictEqual(expected.map((n) => aKeyId(n)))
  })

  it('says that there is more, on standard error', async () => {
    const { output, remarks } = await terminal.keynag(['list', '--limit', '2'])
    expect(keysOf(output)).toHaveLength(2)
    expect(remarks).toBe('These are the first 2 keys. Use --all for every key, or --limit N.')
    expect((await terminal.keynag(['list', '--limit', '5'])).remarks).toBe('')
    expect((await terminal.keynag(['list', '--policy', 'other'])).remarks).toBe('No key matches.')
  })

  it('is one JSON object a line with ISO times', async () => {
    const { output } = await terminal.keynag(['list', '--json', '--held', 'still-in-use'])
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
      await terminal.given(...more.slice(start, start + 50))
    const { output, remarks } = await terminal.keynag(['list', '--all'])
    expect(keysOf(output)).toHaveLength(355)
    expect(output.match(/access key/g)).toHaveLength(1)
    expect(remarks).toBe('')
    const limited = await terminal.keynag(['list'])
    expect(keysOf(limited.output)).toHaveLength(100)
    expect(limited.remarks).toContain('--all')
    const csv = await terminal.keynag(['list', '--all', '--csv'])
    expect(csv.output.match(/^accessKeyId,/gm)).toHaveLength(1)
  })

  it.each([40, 80, 100])('fits a terminal of %i columns', async (width) => {
    const { output } = await terminal.keynag(['list'], { width })
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
    const { exitCode, output, remarks } = await terminal.keynag(['list', ...args])
    expect(remarks).toContain('KEYNAG_OPTION_INVALID')
    expect(remarks).toContain(sentence)
    expect({ exitCode, output }).toStrictEqual({ exitCode: 1, output: '' })
  })

  it('exits with 0 when the reader closes the pipe and with 130 when it is interrupted', async () => {
    const recording = recordingShell()
    const shell = { ...recording.shell, interrupted: AbortSignal.abort(readerGone) }
    const openSandbox = () => Promise.resolve(terminal.place)
    expect(await runKeynag(['ledger', 'list', '--sandbox'], shell, { openSandbox })).toBe(0)
    expect(recording.output()).toBe('')
    expect(terminal.closed()).toBe(1)
    const interrupted = { ...recording.shell, interrupted: AbortSignal.abort() }
    expect(await runKeynag(['ledger', 'list', '--sandbox'], interrupted, { openSandbox })).toBe(130)
  })
})

describe('a report over items that keynag cannot read', () => {
  const newer = permanent('KEYNAG_LEDGER_ITEM_UNREADABLE', 'the ledger holds entry KEY#X ENTRY …')

  it.each([['list'], ['list', '--json'], ['stats'], ['export'], ['owner', 'ann@example.com']])(
    '%s %s shows the rest, says what is left out and ends with 1',
    async (...args) => {
      await terminal.given(open(anEntry()))
      const reportLedger = (onUnreadable: (error: typeof newer) => void): Ledger => {
        onUnreadable(newer)
        return terminal.ledger
      }
      const { exitCode, output, remarks } = await terminal.keynag(
        args.filter((arg) => arg !== undefined),
        { place: { ...terminal.place, reportLedger } },
      )
      expect(output).toMatch(/AKIA|1 key in the ledger/)
      expect(remarks).toContain('KEYNAG_LEDGER_ITEM_UNREADABLE: the ledger holds entry KEY#X ENTRY')
      expect(remarks).toContain('The report leaves out 1 item that could not be read.')
      expect(exitCode).toBe(1)
    },
  )
})
