import type { z } from 'zod'
import { permanent } from '../errors.ts'
import { Organization, type OrganizationInput } from './organization.ts'

/** Gives `keynag.config.ts` its types in the editor. keynag validates the settings when it starts. */
export const defineConfig = (input: OrganizationInput): OrganizationInput => input

/**
 * Validates the organisation's settings.
 *
 * @throws KeynagError permanent `KEYNAG_CONFIG_INVALID`; its message has one line for each problem:
 * the path, what is wrong there and what would be right.
 */
export function parseConfig(input: unknown): Organization {
  const result = Organization.safeParse(input, { reportInput: true })
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${pathOf(issue.path)}: ${sentenceOf(issue)}`)
  throw permanent('KEYNAG_CONFIG_INVALID', `the configuration is not valid:\n${lines.join('\n')}`)
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

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `unknown ${issue.keys.map((key) => `"${key}"`).join(', ')}; remove it or correct its name`
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return `is missing; expected ${issue.expected}`
  }
  if (issue.code === 'invalid_value') {
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
  }
  return issue.message
}
