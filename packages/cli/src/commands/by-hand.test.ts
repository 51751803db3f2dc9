import { type Entry, type EntryIn, plusDays } from '@keynag/core'
import { aFact, anActor, anEntry, anOrganization, at } from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { runKeynag } from '../program.ts'
import { memoryPlace } from '../testing/memory-place.ts'
import { recordingShell } from '../testing/recording-shell.ts'

const now = at('2026-01-20T12:00:00Z')
const policies = [{ name: 'standard', mode: 'enforce' as const, nag: { everyDays: 7 } }]

let place: ReturnType<typeof memoryPlace>
beforeEach(() => {
  place = memoryPlace({ now, organization: anOrganization({ policies }) })
})

async function givenEntry(fields: Partial<EntryIn<'nagging'>> = {}): Promise<Entry> {
  const after = anEntry({ createdAt: plusDays(now, -100), ...fields })
  const write = { kind: 'entry', before: undefined, after, fact: aFact('found') } as const
  await place.ledger.commit([{ ...write, actor: anActor() }])
  return after
}

async function keynag(words: readonly string[], answer?: 'yes' | 'no') {
  const recording = recordingShell(answer === undefined ? {} : { answer })
  const exitCode = await runKeynag([...words, '--sandbox'], recording.shell, {
    openSandbox: () => Promise.resolve(place.place),
  })
  const { questions, output, remarks } = recording
  return { exitCode, questions, output: output(), remarks: remarks() }
}

const hold = { code: 'still-in-use', why: 'used yesterday', since: plusDays(now, -1) } as const

describe('keynag hold', () => {
  it('releases a key, says by whom and why, and makes it due', async () => {
    const { accessKeyId } = await givenEntry({ hold })
    const words = ['hold', 'release', accessKeyId, '--why', 'moved to a role']
    const { exitCode, questions, output } = await keynag(words, 'yes')
    expect(exitCode).toBe(0)
    expect(questions).toEqual([
      `Release the hold on ${accessKeyId} in stage test (reason: used yesterday)?`,
    ])
    expect(output).toBe(
      `Released the hold on ${accessKeyId}. keynag looks at the key at the next sweep.`,
    )
    const entry = await place.ledger.entry(accessKeyId)
    expect(entry?.hold).toBeUndefined()
    expect(entry?.dueAt).toBe(now)
    expect((await place.ledger.timeline(accessKeyId)).at(-1)).toMatchObject({
      actor: { kind: 'operator', name: 'arn:aws:iam::111111111111:user/op' },
      fact: { kind: 'released', why: 'moved to a role' },
    })
  })

  it('places a hold after which nothing is due', async () => {
    const { accessKeyId } = await givenEntry()
    const words = ['hold', 'place', accessKeyId, '--why', 'month-end', '--by', 'ann', '--yes']
    const placed = await keynag(words)
    expect(placed.exitCode).toBe(0)
    expect(placed.output).toBe(
      `Placed a hold on ${accessKeyId}. The key is on hold (operator: month-end): keynag does nothing to it until somebody releases the hold.`,
    )
    const entry = await place.ledger.entry(accessKeyId)
    expect(entry).toMatchObject({ hold: { code: 'operator', why: 'month-end', since: now } })
    expect(entry?.dueAt).toBeUndefined()
  })

  it.each([
    ['release', {}, 'is not held'],
    ['place', { hold }, 'is already on hold: used yesterday'],
  ] as const)('refuses to %s where it makes no sense', async (verb, fields, why) => {
    const { accessKeyId, version } = await givenEntry(fields)
    const words = ['hold', verb, accessKeyId, '--why', 'because', '--yes']
    const { exitCode, remarks } = await keynag(words)
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_DECISION_REFUSED')
    expect(remarks).toContain(why)
    expect((await place.ledger.entry(accessKeyId))?.version).toBe(version)
  })

  it('changes nothing on a no, nor where nobody can answer, nor without a reason', async () => {
    const { accessKeyId, version } = await givenEntry({ hold })
    const words = ['hold', 'release', accessKeyId, '--why', 'moved to a role']
    expect((await keynag(words, 'no')).exitCode).toBe(0)
    const unanswered = await keynag(words)
    expect(unanswered).toMatchObject({ exitCode: 1 })
    expect(unanswered.remarks).toContain('KEYNAG_CONFIRMATION_NEEDED')
    const unexplained = await keynag(words.slice(0, 3), 'yes')
    expect(unanswered.remarks).not.toContain('--dry-run')
    for (const why of ['x', 'x'.repeat(501)]) {
      const short = await keynag([...words.slice(0, 3), '--why', why], 'yes')
      expect(short.remarks).toContain('--why must have 3 to 500 characters')
    }
    expect(unexplained.remarks).toContain(
      'KEYNAG_OPTION_INVALID: --why is needed: other people will read it',
    )
    expect((await place.ledger.entry(accessKeyId))?.version).toBe(version)
  })

  it('knows no key that the ledger does not know', async () => {
    const words = ['hold', 'release', 'AKIAIOSFODNN7EXAMPLE', '--why', 'because', '--yes']
    const { exitCode, remarks } = await keynag(words)
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_KEY_UNKNOWN')
    expect(remarks).toContain('Correct the access key ID')
    expect(remarks).not.toContain('message')
  })
})

const exempt = (id: string, until: string) =>
  keynag(
    `exempt ${id} --until ${until} --approver lead --ticket SEC-1 --why vendor --yes`.split(' '),
  )

describe('keynag exempt', () => {
  it('leaves a key alone until its day', async () => {
    const { accessKeyId } = await givenEntry()
    const { exitCode, output } = await exempt(accessKeyId, '2026-03-31')
    expect(exitCode).toBe(0)
    expect(output).toBe(
      `Recorded the exemption of ${accessKeyId} until 2026-03-31. The key is exempt until 2026-03-31. keynag looks at the key next on 2026-03-31 00:00 UTC.`,
    )
    expect(await place.ledger.entry(accessKeyId)).toMatchObject({
      exemption: {
        until: at('2026-03-31T00:00:00Z'),
        approver: 'lead',
        why: 'vendor',
        ticket: 'SEC-1',
      },
      dueAt: at('2026-03-31T00:00:00Z'),
    })
  })

  it('does not release a hold, and says so', async () => {
    const { accessKeyId } = await givenEntry({ hold })
    const { output } = await exempt(accessKeyId, '2026-03-31')
    expect(output).toContain('The key is on hold (still-in-use: used yesterday)')
  })

  it('is for a year at most', async () => {
    const { accessKeyId, version } = await givenEntry()
    expect((await exempt(accessKeyId, '2027-03-31')).remarks).toContain('KEYNAG_OPTION_INVALID')
    expect((await exempt(accessKeyId, 'soon')).remarks).toContain('KEYNAG_OPTION_INVALID')
    expect((await place.ledger.entry(accessKeyId))?.version).toBe(version)
  })
})
