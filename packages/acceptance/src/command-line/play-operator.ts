import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { z } from 'zod'

/**
 * Does an operator's work on the folder of a demo with the real command line: shows why a key is
 * held, releases the hold, lists the dead letters, replays some of them and discards others. It
 * checks the result of each step. It works on a copy of the folder, so it can be repeated.
 */
const { values } = parseArgs({ options: { sandbox: { type: 'string', default: '.keynag' } } })

const run = promisify(execFile)
const main = new URL('../../../sandbox/src/keynag/main.ts', import.meta.url).pathname
const say = (text: string): boolean => process.stdout.write(`${text}\n`)

/** The commands are printed as an operator would type them for the folder itself. */
const place = values.sandbox === '.keynag' ? ['--sandbox'] : ['--sandbox', values.sandbox]
const mostJson = 500

/** A word for a shell. */
const quoted = (word: string): string =>
  /^[\w./=:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

if (!existsSync(join(values.sandbox, 'sandbox.json'))) {
  process.stderr.write(`${values.sandbox} is not the folder of a demo: run npx pnpm demo first.\n`)
  process.exit(1)
}
const scratch = await mkdtemp(join(tmpdir(), 'keynag-operator-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const copy = join(scratch, 'demo')
await cp(values.sandbox, copy, { recursive: true })
say(`This works on a copy of ${values.sandbox}, so that ${values.sandbox} stays as it is.`)

async function keynag<T>(schema: z.ZodType<T>, ...words: readonly string[]): Promise<T> {
  say(`\n$ npx pnpm keynag ${[...words, ...place].map(quoted).join(' ')}`)
  const { stdout } = await run(process.execPath, [main, ...words, '--sandbox', copy])
  if (!words.includes('--json')) {
    say(excerptOf(stdout))
    return schema.parse(stdout)
  }
  say(stdout.length > mostJson ? `(${stdout.length} characters of JSON)` : stdout.trimEnd())
  return schema.parse(JSON.parse(stdout))
}

const excerptOf = (text: string, most = 24): string => {
  const lines = text.trimEnd().split('\n')
  const more = lines.length - most
  return more > 0 ? [...lines.slice(0, most), `… ${more} more lines`].join('\n') : lines.join('\n')
}

function check(what: string, holds: boolean): void {
  say(`${holds ? 'ok' : 'NOT OK'}: ${what}`)
  if (!holds) process.exitCode = 1
}

const Held = z.object({
  accessKeyId: z.string(),
  hold: z.object({ code: z.string(), why: z.string() }).optional(),
  dueAt: z.string().optional(),
})
const Story = z.object({
  entry: Held,
  timeline: z.array(
    z.object({ rule: z.string().nullable(), fact: z.object({ kind: z.string() }) }),
  ),
})
const DeadLetters = z.object({
  queues: z.array(z.object({ queue: z.string(), waiting: z.number(), deadLetters: z.number() })),
  groups: z.array(z.object({ queue: z.string(), reason: z.string(), count: z.number() })),
})
const Tally = z.object({
  replayed: z.number(),
  obsolete: z.number(),
  waits: z.number(),
  discarded: z.number(),
  dryRun: z.boolean(),
})

const countOf = ({ groups }: z.infer<typeof DeadLetters>, reason: string): number =>
  groups.filter((group) => group.reason === reason).reduce((sum, { count }) => sum + count, 0)
const waitingIn = ({ queues }: z.infer<typeof DeadLetters>): number =>
  queues.reduce((sum, { waiting }) => sum + waiting, 0)

say('Why is a key held?')
const one = ['ledger', 'list', '--held', 'still-in-use', '--limit', '1', '--json']
const held = await keynag(Held, ...one)
check(`${held.accessKeyId} is held: ${held.hold?.why ?? ''}`, held.hold !== undefined)
const story = await keynag(Story, 'ledger', 'show', held.accessKeyId, '--json')
check(
  'its timeline gives the same reason',
  story.timeline.some(({ fact, rule }) => fact.kind === 'held' && rule === held.hold?.why),
)
await keynag(z.string(), 'ledger', 'show', held.accessKeyId)

say('\nThe workload now uses a role, so the operator releases the hold.')
const why = 'the nightly export now uses a role'
await keynag(z.string(), 'hold', 'release', held.accessKeyId, '--why', why, '--yes')
const released = await keynag(Story, 'ledger', 'show', held.accessKeyId, '--json')
check(
  'the key is no longer held, and is due',
  released.entry.hold === undefined && released.entry.dueAt !== undefined,
)
check(
  'the timeline contains the release',
  released.timeline.some(({ fact, rule }) => fact.kind === 'released' && rule === why),
)

say('\nWhich messages could not be handled?')
const before = await keynag(DeadLetters, 'dlq', 'list', '--json')
const stranded = countOf(before, 'deliveries-used-up')
const invalid = countOf(before, 'KEYNAG_MESSAGE_INVALID')
check(
  'some dead letters used up their deliveries, and some are unreadable',
  stranded > 0 && invalid > 0,
)

say('\nThe operator replays the messages that used up their deliveries, first as a dry run.')
const replay = ['dlq', 'replay', '--reason', 'deliveries-used-up', '--obsolete', '--json']
const tried = await keynag(Tally, ...replay, '--dry-run')
check(
  'the dry run reports a result for each of them',
  tried.dryRun && tried.replayed + tried.waits === stranded,
)
const untouched = await keynag(DeadLetters, 'dlq', 'list', '--json')
check(
  'the dry run changes nothing',
  JSON.stringify(untouched.groups) === JSON.stringify(before.groups),
)
const replayed = await keynag(Tally, ...replay, '--yes')
const after = await keynag(DeadLetters, 'dlq', 'list', '--json')
check(
  'as many messages were replayed as the dry run predicted',
  replayed.replayed === tried.replayed && replayed.replayed > 0,
)
check(
  'the replayed messages are no longer dead letters',
  countOf(after, 'deliveries-used-up') === stranded - replayed.replayed,
)
check(
  'the replayed messages wait in their queues',
  waitingIn(after) === waitingIn(before) + replayed.replayed,
)

say('\nThe operator discards the unreadable messages.')
const discard = ['dlq', 'discard', '--reason', 'KEYNAG_MESSAGE_INVALID', '--json']
const gone = await keynag(Tally, ...discard, '--yes')
const end = await keynag(DeadLetters, 'dlq', 'list', '--json')
check(
  'all unreadable messages are gone',
  gone.discarded === invalid && countOf(end, 'KEYNAG_MESSAGE_INVALID') === 0,
)
check(
  'no other message was discarded',
  end.groups.length ===
    after.groups.filter(({ reason }) => reason !== 'KEYNAG_MESSAGE_INVALID').length,
)
say(
  process.exitCode === undefined
    ? '\nAll checks passed.'
    : '\nSome checks failed: see NOT OK above.',
)
