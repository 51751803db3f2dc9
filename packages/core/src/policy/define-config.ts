import type { z } from 'zod'
import { permanentWithAdvice } from '../errors.ts'
import { Organization, type OrganizationInput } from './organization.ts'

/** Gives `keynag.config.ts` its types in the editor. keynag validates the settings when it starts. */
export const defineConfig = (input: OrganizationInput): OrganizationInput => input

/**
 * Validates the organisation's settings. `file` is where a person can correct them.
 *
 * @throws KeynagError permanent `KEYNAG_CONFIG_INVALID`; its message has one line for each problem:
 * the path, what is wrong there and what would be right.
 */
export function parseConfig(input: unknown, file = 'keynag.config.ts'): Organization {
  const result = Organization.safeParse(input, { reportInput: true })
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${pathOf(issue.path)}: ${sentenceOf(issue)}`)
  throw permanentWithAdvice(
    'KEYNAG_CONFIG_INVALID',
    `the configuration is not valid:\n${lines.join('\n')}`,
    `Correct ${file} at the paths that the message names, then start again.`,
  )
}

/** The path as it is written in the configuration, such as `policies[0].nag.everyDays`. */
function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(the whole configuration)'
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`
      return index === 0 ? String(part) : `.${String(part)}`
    })
    .join('')
}

/** zod's own words for these types mean little to somebody who reads a configuration. */
const typeWords: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object with settings',
  record: 'an object with settings',
  string: 'text',
}

/** Whether the schema gives its own sentence. */
const isOwnWording = (message: string): boolean => !message.startsWith('Invalid input')

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `unknown ${issue.keys.map((key) => `"${key}"`).join(', ')}; remove it or correct its name`
  }
  if (issue.code === 'invalid_type') {
    const expected = typeWords[issue.expected] ?? issue.expected
    if (issue.input === undefined) return `is missing; it must be ${expected}`
    return isOwnWording(issue.message) ? issue.message : `must be ${expected}`
  }
  if (issue.code === 'invalid_value') {
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
  }
  return issue.message
}
