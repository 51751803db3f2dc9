import { demoOptions } from '@keynag/sandbox/demo/options'
import { table } from './markdown.ts'

/** README.md's table of the demo's options. */
export const demoOptionTable = (): string =>
  table(
    ['option', 'default', 'meaning'],
    demoOptions
      .filter(({ name }) => name !== 'help')
      .map(({ name, value, meaning }) => [`\`--${name}\``, value ?? '', meaning.join(' ')]),
  )
