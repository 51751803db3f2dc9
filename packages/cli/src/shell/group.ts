import { permanent } from '@keynag/core'
import type { Command } from 'commander'

/**
 * Makes a command that only groups others print its help. A word that is none of its commands is
 * reported as such: commander would report the options after the word first.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID`
 */
export function onlyGroups(group: Command): void {
  group
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      const [word] = group.args
      if (word === undefined) group.help()
      const what = word.startsWith('-') ? 'option' : 'command'
      const names = group.commands.map((command) => command.name()).join(', ')
      throw permanent(
        'KEYNAG_OPTION_INVALID',
        `unknown ${what} '${word}'; the commands of keynag ${group.name()} are ${names}`,
      )
    })
}
