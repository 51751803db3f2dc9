import { permanent } from '@keynag/core'
import { readOptions } from '../../options.ts'
import { withPlace } from '../../place-options.ts'
import type { CommandContext } from '../../command-context.ts'
import { JsonOption, keyIdOf } from './options.ts'
import { renderStory } from './render-story.ts'
import { storyJson, storyOf } from './story.ts'

/** @throws KeynagError `KEYNAG_KEY_UNKNOWN` */
export function show(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const accessKeyId = keyIdOf(id)
  const { json } = readOptions(JsonOption, raw)
  return withPlace(raw, context, async ({ name, ledger, clock, organization }) => {
    const entry = await ledger.entry(accessKeyId)
    if (entry === undefined) {
      throw permanent('KEYNAG_KEY_UNKNOWN', `the ledger of ${name} holds no key ${accessKeyId}`)
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
