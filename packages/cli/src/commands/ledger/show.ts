import type { Command } from 'commander'
import { z } from 'zod'
import { withPlace, addPlaceOptions } from '../../place/open-place.ts'
import { accessKeyIdOf, JsonOption, readOptions, unknownKey } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { renderStory } from './render-story.ts'
import { storyJson, storyOf } from './story.ts'

const examples = `
Examples
  npx pnpm keynag ledger show AKIA… --sandbox
  npx pnpm keynag ledger show AKIA… --stage production --json | jq '.timeline[].rule'

Prints the ledger's entry for the key, keynag's next step and the rule behind it. Then it prints what
was announced: to whom, when, by which channel, and what took it back. Then comes the timeline: when
something happened, what it was, which rule decided it, who did it, and the provider's ID of
each delivered message. Scans in a row that only looked at the key again are one line, unless you
give --all.`

export const addShow = (ledger: Command, context: CommandContext): void => {
  const command = ledger
    .command('show <access-key-id>')
    .description('Shows one key: its entry, its next step and everything that happened to it.')
    .option('--all', 'also show every scan that only looked at the key again')
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((id: unknown, raw: unknown) => show(id, raw, context))
}

const ShowOptions = JsonOption.extend({ all: z.boolean().default(false) })

/** @throws KeynagError `KEYNAG_KEY_UNKNOWN` */
function show(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const accessKeyId = accessKeyIdOf(id)
  const { json, all } = readOptions(ShowOptions, raw)
  return withPlace(raw, context, async ({ name, ledger, clock, organization }) => {
    const entry = await ledger.entry(accessKeyId)
    if (entry === undefined) {
      throw unknownKey(name, accessKeyId)
    }
    const story = storyOf(entry, await ledger.timeline(accessKeyId), {
      freeze: await ledger.freezeOver(entry),
      policies: organization.policies,
      now: clock.now(),
    })
    const { shell } = context
    await shell.print(
      json ? JSON.stringify(storyJson(story), undefined, 2) : renderStory(story, shell, { all }),
    )
  })
}
