import type { Statement } from './document.ts'
import { matchesArn, matchesWildcard } from './wildcard.ts'

/** Condition keys and their values. The keys are in lower case, as IAM ignores their case. */
export type RequestContext = ReadonlyMap<string, readonly string[]>

const TESTS: Record<string, (wanted: string, actual: string) => boolean> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesWildcard,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
}

/** Replaces policy variables such as `${aws:username}`. An unknown variable matches nothing. */
export const expandVariables = (text: string, context: RequestContext): string => {
  if (!text.includes('${')) return text
  return text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name === '*' || name === '?' || name === '$') return name
    return context.get(name.toLowerCase())?.[0] ?? '\u0000'
  })
}

const holds = (
  operator: string,
  key: string,
  wanted: readonly string[],
  context: RequestContext,
): boolean => {
  const [, set, base = '', ifExists] =
    /^(?:For(All|Any)Values?:)?(.+?)(IfExists)?$/.exec(operator) ?? []
  const actual = context.get(key.toLowerCase())
  if (base === 'Null') return (actual === undefined) === (wanted[0] === 'true')
  const negated = base.includes('Not')
  if (actual === undefined) {
    return ifExists !== undefined || set === 'All' || (negated && set === undefined)
  }
  const test = TESTS[base.replace('Not', '')]
  if (test === undefined) throw new Error(`no test for the condition operator ${operator}`)
  const matches = (value: string): boolean =>
    wanted.some((one) => test(expandVariables(one, context), value)) !== negated
  return set === 'All' || (negated && set === undefined)
    ? actual.every(matches)
    : actual.some(matches)
}

/** Every operator and every key must match. For each key, one matching value is enough. */
export const conditionsHold = (
  conditions: Statement['Condition'],
  context: RequestContext,
): boolean => {
  if (conditions === undefined) return true
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, wanted] of Object.entries(keys)) {
      if (!holds(operator, key, wanted, context)) return false
    }
  }
  return true
}
