import { hourMs } from '@keynag/core'
import { aKeyId, anAccountId } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runKeynag } from '../../program.ts'
import { recordingShell } from '../../testing/recording-shell.ts'
import { aPlace } from './testing/a-place.ts'

const parked = (code: string, reason = 'because') => ({
  parked: { code, reason, receiveCount: 1 },
})
const Figures = z.strictObject({
  looked: z.number(),
  complete: z.boolean(),
  replayed: z.number(),
  obsolete: z.number(),
  waits: z.number(),
  invalid: z.number(),
  quarantined: z.number(),
  discarded: z.number(),
  left: z.number(),
  dryRun: z.boolean(),
})
const figures = (output: string) => Figures.parse(JSON.parse(output))

/** A scan and two nags that are due, one that is not, and one that is no event. */
async function aMixture() {
  const stage = aPlace()
  const { queues } = stage
  const events = [await stage.plannedScan(1), await stage.dueNag(2), await stage.dueNag(3)]
  const [scan, second, third] = events.map((event) =>
    queues.addEvent(event, parked('KEYNAG_SLACK_REJECTED')),
  )
  const lost = queues.addEvent(stage.lostNag(4))
  const broken = queues.add(
    'rotate',
    '{"oops',
    parked('KEYNAG_MESSAGE_INVALID', 'no \u001b[2J JSON'),
  )
  return { ...stage, events, scan, second, third, lost, broken }
}

describe('keynag dlq list', () => {
  it('counts by queue and reason, and says how full the queues are', async () => {
    const { keynag, queues } = await aMixture()
    const { exitCode, output } = await keynag('list')
    expect(exitCode).toBe(0)
    expect(output.split('\n').map((line) => line.split(/\s{2,}/))).toStrictEqual([
      ['queue', 'reason', 'count', 'events', 'oldest', 'accounts', 'one of them'],
      [
        'scan',
        'KEYNAG_SLACK_REJECTED',
        '1',
        'scan.requested',
        '2026-03-02 09:00',
        anAccountId(1),
        'scan-1',
      ],
      [
        'notify',
        'KEYNAG_SLACK_REJECTED',
        '2',
        'key.stale',
        '2026-03-02 09:00',
        `${anAccountId(2)}, ${anAccountId(3)}`,
        'nag-2',
      ],
      ['notify', 'deliveries-used-up', '1', 'key.stale', '2026-03-02 09:00', 'lost-4'],
      [
        'rotate',
        'KEYNAG_MESSAGE_INVALID',
        '1',
        'unreadable',
        '2026-03-02 09:00',
        expect.any(String),
      ],
      [''],
      ['queue', 'waiting', 'dead letters'],
      ['scan', '0', '1'],
      ['notify', '0', '3'],
      ['escalate', '0', '0'],
      ['rotate', '0', '1'],
      ['bounces', '0', '0'],
      [''],
      ['looked at 5 dead letters of stage test'],
    ])
    expect(queues.visible).toHaveLength(5)
  })

  it('says when it has not seen all, and leaves every message visible', async () => {
    const stage = aPlace()
    for (let n = 0; n < 50; n += 1) stage.queues.add('rotate', 'x')
    const { output } = await stage.keynag('list --max 20')
    expect(output).toContain('looked at 20 of about 50 dead letters of stage test')
    expect(stage.queues.visible).toHaveLength(50)
  })

  it('says how many another command hides from it', async () => {
    const { keynag, queues } = await aMixture()
    await queues.receive('scan', 60)
    const { output } = await keynag('list')
    expect(output).toContain('looked at 4 of about 5 dead letters (SQS counts about 1 as hidden')
    const json = await keynag('list --json')
    expect(JSON.parse(json.output)).toMatchObject({ looked: 4, complete: false })
  })

  it('keeps a hundred reasons, however many are made up', async () => {
    const stage = aPlace()
    for (let n = 0; n < 300; n += 1) stage.queues.add('rotate', 'x', parked(`CODE_${n}`))
    const { output } = await stage.keynag('list --json')
    const { groups } = z
      .object({ groups: z.array(z.object({ reason: z.string(), count: z.number() })) })
      .parse(JSON.parse(output))
    expect(groups).toHaveLength(101)
    expect(groups[0]).toStrictEqual({ reason: '(other reasons)', count: 200 })
  })

  it.each([
    ['--queue scan', 1],
    ['--type key.stale', 3],
    ['--reason deliveries-used-up', 1],
    [`--account ${anAccountId(2)}`, 1],
    [`--key ${aKeyId(3)}`, 1],
    ['--id nag-2', 1],
    ['--id m-1', 1],
    ['--older-than 1h', 0],
    ['--newer-than 30m', 5],
    [`--type key.stale --account ${anAccountId(1)}`, 0],
  ])('narrows by %s', async (words, count) => {
    const { keynag } = await aMixture()
    const { output } = await keynag(`list --json ${words}`)
    const { groups } = z
      .object({ groups: z.array(z.object({ count: z.number() })) })
      .parse(JSON.parse(output))
    expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(count)
  })

  it('counts the age of an event from its making, not from its last parking', async () => {
    const { keynag, pass } = await aMixture()
    pass(3 * hourMs)
    const { output } = await keynag('list --older-than 2h')
    expect(output).toContain('scan.requested')
  })
})

describe('keynag dlq show', () => {
  it('tells one message, what the ledger says of it and what a replay would do', async () => {
    const { keynag, second } = await aMixture()
    const { output, exitCode } = await keynag(`show ${second}`)
    expect(exitCode).toBe(0)
    expect(output).toContain('KEYNAG_SLACK_REJECTED, at delivery 1: because')
    expect(output).toContain(
      `${aKeyId(2)} of ann in ${anAccountId(2)} is nagging; nag: keynag sends the first nag`,
    )
    expect(output).toMatch(/a replay +replay: keynag sends the first nag/)
    expect(output).toContain('"type": "key.stale"')
  })

  it('finds it by the ID of its event, and prints JSON', async () => {
    const { keynag } = await aMixture()
    const { output } = await keynag('show lost-4 --json')
    expect(JSON.parse(output)).toMatchObject({
      messageId: 'm-4',
      reason: 'deliveries-used-up',
      event: { id: 'lost-4' },
      replays: 0,
      verdict: { outcome: 'obsolete', why: 'the ledger does not have the key' },
    })
  })

  it('lets no control character of a stranger onto the terminal', async () => {
    const { keynag, broken, queues } = await aMixture()
    const other = queues.add('rotate', '\u001b]0;owned\u0007\u202e')
    for (const id of [broken, other]) {
      const { output } = await keynag(`show ${id}`)
      expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })

  it('says so when there is none', async () => {
    const { keynag, queues } = await aMixture()
    const { exitCode, remarks } = await keynag('show m-999')
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_DEAD_LETTER_UNKNOWN: looked at 5 dead letters of stage test')
    expect(queues.visible).toHaveLength(5)
  })
})

describe('keynag dlq replay', () => {
  it('puts back what still has something to do, and leaves the rest', async () => {
    const { keynag, queues, events, lost, broken, ledger } = await aMixture()
    const { output, exitCode } = await keynag('replay --yes --json')
    expect(exitCode).toBe(0)
    expect(figures(output)).toStrictEqual({
      looked: 5,
      complete: true,
      replayed: 3,
      obsolete: 1,
      waits: 0,
      invalid: 1,
      quarantined: 0,
      discarded: 0,
      left: 2,
      dryRun: false,
    })
    expect(queues.sent).toStrictEqual(expect.arrayContaining(events))
    expect(queues.sent).toHaveLength(3)
    expect(queues.visible).toStrictEqual([lost, broken])
    expect(await ledger.replay('nag-2')).toMatchObject({ count: 1, queue: 'notify' })
  })

  it('changes nothing in a dry run, and tells of each', async () => {
    const { keynag, queues, ledger } = await aMixture()
    const { output } = await keynag('replay --dry-run')
    expect(output.split('\n').slice(0, 5).toSorted()).toStrictEqual([
      expect.stringMatching(/^invalid +m-5 {2}unreadable: KEYNAG_MESSAGE_INVALID/),
      expect.stringMatching(/^obsolete +m-4 {2}key.stale a: the ledger does not have the key/),
      expect.stringMatching(/^replay +m-1 {2}scan.requested 1/),
      expect.stringMatching(
        /^replay +m-2 {2}key.stale owner:ann@example.com: keynag sends the first nag/,
      ),
      expect.stringMatching(/^replay +m-3 {2}key.stale/),
    ])
    expect(queues.visible).toHaveLength(5)
    expect(queues.sent).toStrictEqual([])
    expect(await ledger.replay('nag-2')).toBeUndefined()
  })

  it('shows first, asks, and does nothing without a yes', async () => {
    const { keynag, queues } = await aMixture()
    const refused = await keynag('replay', { answer: 'no' })
    expect(refused).toMatchObject({
      exitCode: 0,
      questions: ['Replay 3 events of stage test?'],
      remarks: 'Nothing was changed.',
      output: expect.stringMatching(/replay +1 +the account has no scan result/),
    })
    const alone = await keynag('replay')
    expect(alone.exitCode).toBe(1)
    expect(alone.remarks).toContain('KEYNAG_CONFIRMATION_NEEDED')
    expect(queues.sent).toStrictEqual([])
    expect(queues.visible).toHaveLength(5)
    await keynag('replay', { answer: 'yes' })
    expect(queues.sent).toHaveLength(3)
  })

  it('keeps a hundred reasons, however many are made up', async () => {
    const stage = aPlace()
    for (let n = 0; n < 300; n += 1) {
      stage.queues.add('rotate', JSON.stringify({ type: `key.${n}`, dataversion: 1 }))
    }
    const { output } = await stage.keynag('replay --yes')
    expect(output.split('\n').filter((line) => line.startsWith('invalid'))).toHaveLength(101)
    expect(output).toMatch(/invalid +200 +\(other reasons\)/)
  })

  it('asks nothing where there is nothing to put back', async () => {
    const stage = aPlace()
    stage.queues.addEvent(stage.lostNag(1))
    const { questions, output, exitCode } = await stage.keynag('replay')
    expect({ questions, exitCode }).toStrictEqual({ questions: [], exitCode: 0 })
    expect(output).toContain('obsolete')
  })

  it('takes what the filters let through, also what is obsolete if asked', async () => {
    const { keynag, queues } = await aMixture()
    await keynag(`replay --yes --account ${anAccountId(3)}`)
    expect(queues.sent.map(({ id }) => id)).toStrictEqual(['nag-3'])
    await keynag(`replay --yes --key ${aKeyId(4)} --obsolete`)
    expect(queues.sent.map(({ id }) => id)).toStrictEqual(['nag-3', 'lost-4'])
    expect(queues.visible).toStrictEqual(['m-1', 'm-2', 'm-5'])
  })

  it('waits between two, and no longer than is asked for', async () => {
    const { keynag, slept } = await aMixture()
    await keynag('replay --yes --rate 4')
    expect(slept).toStrictEqual([250, 250, 250])
  })

  it('quarantines what comes back from two replays, and takes it on again if asked', async () => {
    const { queues, keynag, dueNag, ledger } = aPlace()
    const nag = await dueNag(1)
    const replayed: number[] = []
    const left: number[] = []
    for (let round = 0; round < 4; round += 1) {
      queues.addEvent(nag, parked('KEYNAG_SLACK_REJECTED'))
      replayed.push(figures((await keynag('replay --yes --json')).output).replayed)
      left.push(queues.visible.length)
    }
    expect({ replayed, left }).toStrictEqual({ replayed: [1, 1, 0, 0], left: [0, 0, 1, 2] })
    expect(await ledger.replay(nag.id)).toMatchObject({
      count: 2,
      quarantined: { why: 'it came back from 2 replays' },
    })
    const again = await keynag('replay --yes --json --quarantined')
    expect(figures(again.output)).toMatchObject({ replayed: 1, waits: 1 })
    expect(await ledger.replay(nag.id)).toMatchObject({ count: 3 })
  })

  it('does not send again in the same run what fails at once', async () => {
    const stage = aPlace()
    const { queues } = stage
    const nag = await stage.dueNag(1)
    queues.addEvent(nag)
    queues.onSent = (event) => void queues.addEvent(event, parked('KEYNAG_SLACK_REJECTED'))
    const { output } = await stage.keynag('replay --yes --json')
    expect(figures(output)).toMatchObject({ looked: 2, replayed: 1, waits: 1 })
    expect(queues.sent).toHaveLength(1)
    expect(queues.visible).toHaveLength(1)
  })

  it('looks at no more than it may', async () => {
    const stage = aPlace()
    for (let n = 1; n <= 30; n += 1) stage.queues.addEvent(await stage.dueNag(n))
    const { output } = await stage.keynag('replay --yes --json --max 12')
    expect(figures(output)).toMatchObject({ looked: 12, replayed: 12, complete: false })
    expect(stage.queues.visible).toHaveLength(18)
  })
})

describe('keynag dlq discard', () => {
  it('wants a filter, or to be told that all is meant', async () => {
    const { keynag, queues } = await aMixture()
    const { exitCode, remarks } = await keynag('discard --yes')
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_OPTION_INVALID: --all or a filter such as --reason is needed')
    const both = await keynag('discard --yes --all --queue scan')
    expect(both.remarks).toContain('--all and a filter exclude each other')
    expect(queues.visible).toHaveLength(5)
    const { output } = await keynag('discard --yes --all --json')
    expect(figures(output)).toMatchObject({ looked: 5, discarded: 5, left: 0 })
    expect(queues.lying).toStrictEqual([])
  })

  it('deletes what has nothing left to do and nothing else', async () => {
    const { keynag, queues } = await aMixture()
    await keynag('discard --yes --outcome obsolete,invalid')
    expect(queues.visible).toStrictEqual(['m-1', 'm-2', 'm-3'])
  })

  it('shows what it would delete, and asks', async () => {
    const { keynag, queues } = await aMixture()
    const dry = await keynag('discard --dry-run --type key.stale')
    expect(dry.output).toContain('looked at 5 dead letters of stage test, would discard 3')
    const refused = await keynag('discard --type key.stale', { answer: 'no' })
    expect(refused.questions).toStrictEqual(['Delete 3 dead letters of stage test permanently?'])
    expect(refused.output).toMatch(/notify +KEYNAG_SLACK_REJECTED +2/)
    expect(refused.output).toMatch(/replay +2 +keynag sends the first nag/)
    expect((await keynag('discard --type key.stale')).remarks).toContain(
      'KEYNAG_CONFIRMATION_NEEDED',
    )
    expect(queues.visible).toHaveLength(5)
    await keynag('discard --type key.stale', { answer: 'yes' })
    expect(queues.visible).toStrictEqual(['m-1', 'm-5'])
  })
})

describe('what was typed', () => {
  it.each([
    ['list --queue inbox', '--queue must be one of scan, notify, escalate, rotate'],
    ['list --account 12', '--account takes the twelve digits of an account'],
    ['list --older-than soon', '--older-than must be a time span such as 30m, 2h or 3d'],
    ['list --max 0', '--max must be 1 or more'],
    ['replay --rate 0', '--rate must be 1 or more'],
    ['discard --outcome lost', '--outcome must be one of replay, waits'],
    ['replay --soon', "unknown option '--soon'"],
    ['show', "missing required argument 'id'"],
  ])('%s is refused with a sentence', async (words, sentence) => {
    const { keynag } = aPlace()
    const { exitCode, remarks, output } = await keynag(words)
    expect({ exitCode, output }).toStrictEqual({ exitCode: 1, output: '' })
    expect(remarks).toContain(`KEYNAG_OPTION_INVALID: `)
    expect(remarks).toContain(sentence)
  })

  it.each(['', 'list', 'show', 'replay', 'discard'])('dlq %s --help has examples', async (name) => {
    const { shell, output } = recordingShell()
    const argv = ['dlq', name, '--help'].filter((word) => word !== '')
    expect(await runKeynag(argv, shell)).toBe(0)
    expect(output()).toContain('Examples\n  npx pnpm keynag dlq')
  })
})
