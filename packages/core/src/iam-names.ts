/**
 * How keynag compares the names that people write into the configuration with the names that IAM has.
 * It compares them as IAM does, because a name in another case would silently lose its protection.
 *
 * IAM does not distinguish names of users, groups and roles by case (IAM User Guide, IAM quotas, name
 * requirements), nor tag keys of users and roles (IAM User Guide, Tagging IAM resources, case
 * sensitivity). It keeps the case in which they were written. Tag values and paths differ by case.
 */
const oneCase = (name: string): string => name.toLowerCase()

/** Whether two names of users, groups or roles, or two tag keys, are the same to IAM. */
export const sameName = (one: string, other: string): boolean => oneCase(one) === oneCase(other)

/**
 * Whether the whole name fits the pattern, in which `*` stands for any number of characters. It
 * never backtracks, so no pattern makes it slow: each part matches at its first place.
 */
export function likeName(pattern: string, name: string): boolean {
  return likeText(oneCase(pattern), oneCase(name))
}

function likeText(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.pop()
  if (tail === undefined) return text === pattern
  if (!text.startsWith(head)) return false
  let from = head.length
  for (const part of rest) {
    const found = text.indexOf(part, from)
    if (found === -1) return false
    from = found + part.length
  }
  return text.length - tail.length >= from && text.endsWith(tail)
}

/** The tag with this key, with the key as IAM has it. */
export function tagNamed(
  tags: Readonly<Record<string, string>>,
  key: string,
): { readonly key: string; readonly value: string } | undefined {
  const found = Object.entries(tags).find(([own]) => sameName(own, key))
  return found && { key: found[0], value: found[1] }
}

/** Whether the user is below the path. IAM distinguishes paths by case. */
export const isBelow = (user: { readonly path: string }, path: string): boolean =>
  user.path.startsWith(path)

/** A mail address as keynag keeps and compares it. */
export const oneAddress = (address: string): string => address.trim().toLowerCase()

/** The first name that an earlier one equals, as IAM compares them. */
export const repeatedName = (names: readonly string[]): string | undefined =>
  names.find((name, index) => names.findIndex((earlier) => sameName(earlier, name)) < index)
