import { isoTime } from '@keynag/core'
import { aKnownAccount, anAccountId, at } from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { runKeynag } from '../../program.ts'
import { memoryPlace } from '../../testing/memory-place.ts'
import { recordingShell } from '../../testing/recording-shell.ts'

const now = at('2026-01-20T12:00:00Z')
let place: ReturnType<typeof memoryPlace>
beforeEach(() => {
  place = memoryPlace({ now })
})

async function freeze(words: readonly string[], answer?: 'yes' | 'no') {
  const recording = recordingShell(answer === undefined ? {} : { answer })
  const exitCode = await runKeynag(['freeze', ...words, '--sandbox'], recording.shell, {
    openSandbox: () => Promise.resolve(place.place),
  })
  const { questions, output, remarks } = recording
  return { exitCode, questions, output: output(), remarks: remarks() }
}
const why = ['--why', 'incident INC-7']
const over = ['--why', 'INC-7 is over']
const account = anAccountId(1)

describe.each([
  ['everything', [], 'stage test'],
  ['an account', ['--account', account], `account ${account} of stage test`],
  ['a policy', ['--policy', 'ci-keys'], 'policy ci-keys of stage test'],
] as const)('a freeze of %s', (_, scope, what) => {
  it('starts and ends, and the ledger keeps who did it, when and why', async () => {
    const start = await freeze(['start', ...scope, ...why, '--by', 'ann'], 'yes')
    expect(start).toMatchObject({
      exitCode: 0,
      questions: [`Stop every change to every key of ${what}?`],
      output: `${what} is frozen: keynag starts no change to any key`,
    })
    const key = { accountId: account, policy: 'ci-keys' }
    expect(await place.ledger.freezeOver(key)).toMatchObject({ by: 'ann', since: now })
    expect((await freeze(['show'])).output).toBe(
      `${what} is frozen since 2026-01-20T12:00:00Z by ann: incident INC-7`,
    )
    const end = await freeze(['end', ...scope, ...over], 'yes')
    expect(end.questions[0]).toContain('incident INC-7')
    expect(end.output).toBe(`${what} is no longer frozen: the next sweep does what is due`)
    expect(await place.ledger.freezeOver(key)).toBeUndefined()
    expect((await freeze(['show', '--ended'])).output.split('\n')).toEqual([
      `${what} was frozen from ${isoTime(now)} by ann (incident INC-7) to ${isoTime(now)} by olga (INC-7 is over)`,
      'stage test is not frozen',
    ])
  })

  it('can be read by programs', async () => {
    const started = await freeze(['start', ...scope, ...why, '--yes', '--json'])
    expect(JSON.parse(started.output)).toMatchObject({ result: 'started', freeze: { by: 'olga' } })
    const shown = await freeze(['show', '--json'])
    expect(JSON.parse(shown.output)).toMatchObject({
      place: 'stage test',
      freezes: [{ since: isoTime(now), by: 'olga', why: 'incident INC-7' }],
      ended: [],
    })
    const ended = await freeze(['end', ...scope, ...over, '--yes', '--json'])
    expect(JSON.parse(ended.output)).toMatchObject({
      result: 'ended',
      freeze: { ended: { at: isoTime(now), by: 'olga', why: 'INC-7 is over' } },
      stillOn: [],
    })
  })
})

describe('keynag freeze', () => {
  it('asks before it starts and before it ends, and needs a reason for both', async () => {
    await freeze(['start', ...why], 'no')
    expect(await place.ledger.freezes()).toEqual([])
    await freeze(['start', ...why, '--yes'])
    await freeze(['end', ...over], 'no')
    for (const verb of ['start', 'end']) {
      expect((await freeze([verb, '--yes'])).remarks).toContain('--why is needed')
    }
    expect(await place.ledger.freezes()).toHaveLength(1)
  })

  it('leaves the first freeze as it is, and says whose it is', async () => {
    await freeze(['start', ...why, '--by', 'ann', '--yes'])
    const second = await freeze(['start', '--why', 'another', '--by', 'otto', '--yes'])
    expect(second).toMatchObject({ exitCode: 0 })
    expect(second.output).toBe(
      'stage test is frozen already, since 2026-01-20T12:00:00Z by ann: incident INC-7',
    )
  })

  it('says which freezes are left', async () => {
    await freeze(['start', '--account', account, ...why, '--yes'])
    const end = await freeze(['end', ...over, '--yes'])
    expect(end.output).toBe('stage test is not frozen')
    expect(end.remarks).toBe(`Still frozen in stage test: account ${account}.`)
  })

  it('refuses an account and a policy that keynag does not know: it would stop nothing', async () => {
    const after = {
      hash: 'h',
      since: now,
      policies: ['ci-keys', 'people'],
      version: 1,
    }
    await place.ledger.commit([
      { kind: 'configuration', before: undefined, after },
      { kind: 'account', before: undefined, after: aKnownAccount() },
    ])
    const policy = await freeze(['start', '--policy', 'ci-kyes', ...why, '--yes'])
    expect(policy.remarks).toContain('has no policy ci-kyes; it has ci-keys, people')
    const other = await freeze(['start', '--account', anAccountId(9), ...why, '--yes'])
    expect(other.remarks).toContain(`has never seen the account ${anAccountId(9)}`)
    expect(await place.ledger.freezes()).toEqual([])
  })

  it.each([
    ['--policy', 'ci-keys', 'no deployed configuration yet, so keynag could not check the name'],
    ['--account', account, 'no accounts yet, so keynag could not check the name'],
  ])('starts for %s %s while nothing is known, and says so', async (option, name, sentence) => {
    const { exitCode, remarks } = await freeze(['start', option, name, ...why, '--yes'])
    expect(exitCode).toBe(0)
    expect(remarks).toContain(sentence)
    expect(await place.ledger.freezes()).toHaveLength(1)
  })

  it('is of one account or of one policy, not of both', async () => {
    const both = await freeze(['start', '--account', account, '--policy', 'x', ...why, '--yes'])
    expect(both.remarks).toContain('--account and --policy exclude each other')
  })
})
