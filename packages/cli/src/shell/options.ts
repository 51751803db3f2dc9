import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  AccountId,
  type EpochMs,
  type KeynagError,
  type Organization,
  parseConfig,
  parseIso,
  permanent,
  permanentWithAdvice,
  presets,
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

export const accountId = z
  .string()
  .refine((text) => AccountId.safeParse(text).success, 'takes the twelve digits of an account')
  .pipe(AccountId)

export const accountIds = commaSeparated(accountId)

/** Does not repeat the text: somebody may have pasted the secret of the key. */
export const accessKeyId = z
  .string()
  .refine((text) => AccessKeyId.safeParse(text).success, 'takes the ID of an access key')
  .pipe(AccessKeyId)

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
  const result = schema.safeParse(raw, { error: optionError })
  if (result.success) return result.data
  const wrong = result.error.issues.map(({ path: [name], message }) =>
    name === undefined ? message : `--${kebab(String(name))} ${message}`,
  )
  throw permanent('KEYNAG_OPTION_INVALID', wrong.join('; '))
}

/** A sentence about an option whose schema gives none of its own. */
function optionError(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is needed' : 'has no valid value'
    case 'too_small':
      return issue.minimum === 1
        ? 'must not be empty'
        : `must have at least ${issue.minimum} characters`
    case 'too_big':
      return `must have at most ${issue.maximum} characters`
    default:
      return undefined
  }
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

/** The error of a command about a key that is not in the ledger of the place. */
export const unknownKey = (place: string, id: AccessKeyId): KeynagError =>
  permanentWithAdvice(
    'KEYNAG_KEY_UNKNOWN',
    `the ledger of ${place} does not have the key ${id}`,
    'Correct the access key ID: `npx pnpm keynag ledger list --all` lists every key.',
  )

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
    throw permanentWithAdvice(
      'KEYNAG_OPTION_INVALID',
      `the configuration file ${file} does not exist`,
      'Name the file with --config, or run the command in the folder that holds it.',
    )
  }
  const loaded: unknown = await import(pathToFileURL(path).href).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw permanentWithAdvice(
      'KEYNAG_CONFIG_INVALID',
      `${file} cannot be loaded: ${why}`,
      `Correct ${file}, then start again.`,
      error,
    )
  })
  const read = ConfigModule.safeParse(loaded)
  if (!read.success) {
    throw permanentWithAdvice(
      'KEYNAG_CONFIG_INVALID',
      `${file} needs a default export, like keynag.config.ts`,
      `Correct ${file}, then start again.`,
    )
  }
  return parseConfig(read.data.default, file)
}

/**
 * Loads the settings of a file that stands where a preset may stand, as in `--policy`.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` for neither preset nor file, `KEYNAG_CONFIG_INVALID`
 */
export async function loadPolicyFile(file: string): Promise<Organization> {
  if (existsSync(resolve(file))) return loadConfig(file)
  const names = Object.keys(presets).join(', ')
  throw permanent(
    'KEYNAG_OPTION_INVALID',
    `--policy ${file} is neither a preset (${names}) nor a file`,
  )
}
