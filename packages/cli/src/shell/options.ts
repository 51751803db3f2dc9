import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  AccountId,
  type EpochMs,
  type Organization,
  parseConfig,
  parseIso,
  permanent,
  AccessKeyId,
} from '@keynag/core'
import { z } from 'zod'

/** A whole number, typed as text. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `must be ${least} or more`).max(most, `must be ${most} or less`))

/** One of the given words. */
export const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` })

/** `A,B,C` */
export const commaSeparated = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item))

export const accountIds = commaSeparated(AccountId)

export const accountId = z
  .string()
  .refine((text) => AccountId.safeParse(text).success, 'takes the twelve digits of an account')
  .pipe(AccountId)

/** An owner's e-mail address in small letters, or, where no owner was found, the ARN of the user. */
export const ownerId = z
  .string()
  .trim()
  .min(1, 'takes an address')
  .transform((text) => (text.includes('@') && !text.startsWith('arn:') ? text.toLowerCase() : text))

/** An ISO day or time. A day means its first instant in UTC. */
export const instant = z.string().transform((text, context): EpochMs => {
  const at = parseIso(text)
  if (at !== undefined) return at
  context.addIssue({ code: 'custom', message: 'must be a day or time such as 2026-11-21' })
  return z.NEVER
})

/** The output formats that exclude each other. */
export const formats = {
  json: z.boolean().default(false),
  csv: z.boolean().default(false),
} as const
export const isOneFormat = ({ json, csv }: { json: boolean; csv: boolean }): boolean =>
  !(json && csv)
export const twoFormats = { path: ['csv'], message: 'and --json exclude each other' }

export const JsonOption = z.object({ json: formats.json })

/**
 * Validates the options that commander parsed.
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

/**
 * Does not repeat the text: somebody may have pasted the secret of the key.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID`
 */
export function accessKeyIdOf(text: unknown): AccessKeyId {
  const result = AccessKeyId.safeParse(text)
  if (result.success) return result.data
  const why = 'the argument is not an access key ID: those have 16 to 128 letters and digits'
  throw permanent('KEYNAG_OPTION_INVALID', why)
}

/** @throws KeynagError `KEYNAG_OPTION_INVALID` */
export const accountIdOf = (text: unknown): AccountId =>
  argument(AccountId, text, 'is not an account ID: those have twelve digits')

/** @throws KeynagError `KEYNAG_OPTION_INVALID` */
export const ownerIdOf = (text: unknown): string => argument(ownerId, text, 'is not an address')

function argument<T extends z.ZodType>(schema: T, text: unknown, why: string): z.infer<T> {
  const result = schema.safeParse(text)
  if (result.success) return result.data
  throw permanent('KEYNAG_OPTION_INVALID', `${JSON.stringify(text)} ${why}`)
}

const ConfigModule = z.looseObject({ default: z.unknown() })

/**
 * Loads the organisation's settings from a file such as keynag.config.ts.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` when there is no such file, `KEYNAG_CONFIG_INVALID`
 */
export async function loadConfig(file: string): Promise<Organization> {
  const path = resolve(file)
  if (!existsSync(path)) {
    throw permanent('KEYNAG_OPTION_INVALID', `the configuration file ${file} does not exist`)
  }
  const loaded: unknown = await import(pathToFileURL(path).href).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw permanent('KEYNAG_CONFIG_INVALID', `${file} cannot be loaded: ${why}`, error)
  })
  const read = ConfigModule.safeParse(loaded)
  if (!read.success) {
    throw permanent(
      'KEYNAG_CONFIG_INVALID',
      `${file} needs a default export, like keynag.config.ts`,
    )
  }
  return parseConfig(read.data.default)
}
