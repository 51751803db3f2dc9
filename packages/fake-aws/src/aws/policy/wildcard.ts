const compiled = new Map<string, RegExp>()

const compile = (pattern: string): RegExp => {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const regex = new RegExp(`^${source}$`, 's')
  if (compiled.size < 10_000) compiled.set(pattern, regex)
  return regex
}

/** `*` is any run of characters, `?` any one character. */
export const matchesWildcard = (pattern: string, value: string): boolean => {
  if (pattern === '*' || pattern === value) return true
  if (!pattern.includes('*') && !pattern.includes('?')) return false
  return (compiled.get(pattern) ?? compile(pattern)).test(value)
}

const sixParts = (arn: string): readonly string[] => {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/**
 * Any of the six parts of an ARN may hold wildcards. No wildcard matches one of the first five
 * colons.
 */
export const matchesArn = (pattern: string, arn: string): boolean => {
  const patterns = sixParts(pattern)
  const parts = sixParts(arn)
  return patterns.every((part, at) => matchesWildcard(part, parts[at] ?? ''))
}
