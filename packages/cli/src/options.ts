import { AccountId, parseIso, permanent, type EpochMs } from '@keynag/core'
import { z } from 'zod'

/** A whole number as it is typed. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `must be ${least} or more`).max(most, `must be ${most} or less`))

/** One of a few words. */
export const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` })

/** `A,B,C` */
export const commaSeparated = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item))

export const accountIds = commaSeparated(AccountId)

/** An ISO day or time; a day is its first instant in UTC. */
export const instant = z.string().transform((text, context): EpochMs => {
  const at = parseIso(text)
  if (at !== undefined) return at
  context.addIssue({ code: 'custom', message: 'must be a day or time such as 2026-11-21' })
  return z.NEVER
})

/**
 * Reads options as commander hands them over.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` naming each option that is wrong.
 */
export function readOptions<T extends z.ZodType>(schema: T, raw: unknown): z.infer<T> {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const wrong = result.error.issues.map(({ path: [name], message }) =>
    name === undefined ? message : `--${kebab(String(name))} ${message}`,
  )
  throw permanent('KEYNAG_OPTION_INVALID', wrong.join('; '))
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (up) => `-${up.toLowerCase()}`)
