import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { everyItem, hourMs, type Entry, type FactRecord } from '@keynag/core'
import { release, rollBack } from '@keynag/engine'
import { z } from 'zod'
import { playStory, type Story } from '@keynag/sandbox/demo/story'

/** The most histories that are written. */
const mostHistories = 60
const days = 45
/** Long enough for two reminders and what follows them. */
const daysAfter = 24

interface History {
  /** The entry after the last fact. */
  readonly entry: Entry
  readonly facts: readonly FactRecord[]
}

/** Does an operator's work, so that the histories contain the facts that operators cause. */
async function operate({ sandbox }: Story, entries: readonly Entry[]): Promise<void> {
  const request = { by: 'olga', why: 'recorded for the histories' }
  for (const code of ['still-in-use', 'reactivated', 'owner-unreachable'] as const) {
    const held = entries.find(({ hold }) => hold?.code === code)
    if (held !== undefined) await release(sandbox.ports, held.accessKeyId, request)
  }
  const [first, second] = entries.filter(
    ({ state, hold }) => state === 'deactivated' && hold === undefined,
  )
  for (const entry of [first, second]) {
    if (entry !== undefined) await rollBack(sandbox.ports, entry.accessKeyId, request)
  }
  if (second !== undefined) await release(sandbox.ports, second.accessKeyId, request)
}

/**
 * Simulates some more days, so that the histories contain the facts that follow. Meanwhile one owner
 * deactivates and reactivates a key, and another owner deactivates a replacement.
 */
async function simulateMoreDays(story: Story): Promise<void> {
  const { clock, schedule, world } = story.sandbox
  const { sandbox } = story
  const careless = (await entriesOf(story)).find(
    ({ state, hold }) => state === 'issued' && hold === undefined,
  )
  const waverer = (await entriesOf(story)).find(
    ({ state, hold }) => state === 'nagging' && hold === undefined,
  )
  for (let day = 0; day < daysAfter; day += 1) {
    if (careless?.handover !== undefined && day === 1) {
      world.setKeyStatus(careless.handover.replacementKeyId, 'Inactive')
    }
    await releaseGone(story)
    if (waverer !== undefined && day === 1) world.setKeyStatus(waverer.accessKeyId, 'Inactive')
    if (waverer !== undefined && day === 4) world.setKeyStatus(waverer.accessKeyId, 'Active')
    clock.advance(9 * hourMs)
    await schedule.plan()
    await sandbox.drain()
    clock.advance(6 * hourMs)
    await schedule.sweep()
    await sandbox.drain()
    clock.advance(9 * hourMs)
  }
}

/** Releases the keys whose replacement is gone, so that keynag can create another one. */
async function releaseGone(story: Story): Promise<void> {
  for (const { hold, accessKeyId } of await entriesOf(story)) {
    if (hold?.code !== 'replacement-gone') continue
    await release(story.sandbox.ports, accessKeyId, { by: 'olga', why: 'Ann wants another' })
  }
}

async function entriesOf({ sandbox }: Story): Promise<readonly Entry[]> {
  const { ledger } = sandbox.ports
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.allEntries(cursor))) entries.push(entry)
  return entries.toSorted((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1))
}

/** The kinds of facts in order, without repetitions. Of two histories with the same, one is kept. */
const storyOf = ({ facts }: History): string =>
  facts
    .map(({ fact }) => (fact.kind === 'held' ? `held-${fact.code}` : fact.kind))
    .filter((kind, index, kinds) => kind !== kinds[index - 1])
    .join(' ')

async function histories(story: Story): Promise<ReadonlyMap<string, History>> {
  await operate(story, await entriesOf(story))
  await simulateMoreDays(story)
  const found = new Map<string, History>()
  for (const entry of await entriesOf(story)) {
    const history = { entry, facts: await story.sandbox.ports.ledger.timeline(entry.accessKeyId) }
    const told = storyOf(history)
    const known = found.get(told)
    if (known === undefined || known.facts.length > history.facts.length) found.set(told, history)
  }
  return found
}

/**
 * Writes the histories of this version. Short histories and those with a new kind of fact are chosen
 * first; the limit removes long ones that add only a postponement.
 */
async function record(): Promise<void> {
  const root = new URL('../../../../', import.meta.url)
  const manifest: unknown = JSON.parse(await readFile(new URL('package.json', root), 'utf8'))
  const { version } = z.object({ version: z.string() }).parse(manifest)
  const folder = fileURLToPath(new URL(`packages/core/fixtures/histories/v${version}/`, root))
  const story = await playStory({ days, accounts: 8, users: 120, seed: 1, policy: undefined })
  try {
    const found = [...(await histories(story)).values()]
    const kinds = new Set<string>()
    const chosen = found
      .toSorted((a, b) => a.facts.length - b.facts.length)
      .filter((history) => {
        const fresh = history.facts.some(({ fact }) => !kinds.has(fact.kind))
        for (const { fact } of history.facts) kinds.add(fact.kind)
        return fresh || found.length <= mostHistories || history.facts.length <= 12
      })
      .slice(0, mostHistories)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    for (const history of chosen) {
      const file = `${folder}${history.entry.accessKeyId}.json`
      await writeFile(file, `${JSON.stringify(history, undefined, 2)}\n`)
    }
    process.stdout.write(`${chosen.length} histories of v${version}: ${[...kinds].join(', ')}\n`)
  } finally {
    await story.sandbox.close()
  }
}

await record()
