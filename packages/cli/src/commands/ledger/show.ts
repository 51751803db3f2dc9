import type { Command } from 'commander'
import { withPlace, addPlaceOptions } from '../../place/open-place.ts'
import { accessKeyIdOf, JsonOption, readOptions, unknownKey } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { renderStory } from './render-story.ts'
import { storyJson, storyOf } from './story.ts'

const examples = `
Examples
  npx pnpm keynag ledger show AKIA… --sandbox
  npx pnpm keynag ledger show AKIA… --stage production --json | jq '.timeline[].rule'

Prints the ledger's entry for the key, keynag's next step and the rule behind it, then the timeline:
when something happened, what it was, which rule decided it, who did it, and the provider's ID of
each delivered message.`

export const addShow = (ledger: Command, context: CommandContext): void => {
  const command = ledger
    .command('show <access-key-id>')
    .description('Shows one key: its entry, its next step and everything that happened to it.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((id: unknown, raw: unknown) => show(id, raw, context))
}

/** @throws KeynagError `KEYNAG_KEY_UNKNOWN` */
function show(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const accessKeyId = accessKeyIdOf(id)
  const { json } = readOptions(JsonOption, raw)
  return withPlace(raw, context, async ({ name, ledger, clock, organization }) => {
    const entry = await ledger.entry(accessKeyId)
    if (entry === undefined) {
      throw unknownKey(name, accessKeyId)
    }
    const story = storyOf(entry, await ledger.timeline(accessKeyId), {
      freeze: await ledger.freeze(),
      policies: organization.policies,
      now: clock.now(),
    })
    const { shell } = context
    await shell.print(
      json ? JSON.stringify(storyJson(story), undefined, 2) : renderStory(story, shell),
    )
  })
}
