import {
  AccessKeyId,
  AccountId,
  entryStates,
  HoldCode,
  permanent,
  type AccessKeyId as KeyId,
} from '@keynag/core'
import { z } from 'zod'
import { instant, oneOf, wholeNumber } from '../../options.ts'

const days = wholeNumber(0, 36_500)
const formats = {
  json: z.boolean().default(false),
  csv: z.boolean().default(false),
} as const
const isOneFormat = ({ json, csv }: { json: boolean; csv: boolean }): boolean => !(json && csv)
const twoFormats = { path: ['csv'], message: 'and --json exclude each other' }

const accountId = z
  .string()
  .refine((text) => AccountId.safeParse(text).success, 'takes the twelve digits of an account')
  .pipe(AccountId)

/** Owners go by their address in small letters, or by the ARN of a user whose owner is unknown. */
const ownerId = z
  .string()
  .trim()
  .min(1, 'takes an address')
  .transform((text) => (text.includes('@') && !text.startsWith('arn:') ? text.toLowerCase() : text))

export const ListOptions = z
  .object({
    ...formats,
    state: oneOf(entryStates).optional(),
    account: accountId.optional(),
    owner: ownerId.optional(),
    policy: z.string().min(1).optional(),
    olderThan: days.optional(),
    youngerThan: days.optional(),
    dueBefore: instant.optional(),
    held: z
      .union([z.literal(true), HoldCode], {
        error: `takes nothing or one of ${HoldCode.options.join(', ')}`,
      })
      .optional(),
    exempt: z.boolean().default(false),
    limit: wholeNumber(1, 1_000_000).default(100),
    all: z.boolean().default(false),
  })
  .refine(isOneFormat, twoFormats)
export type ListOptions = z.infer<typeof ListOptions>

export const JsonOption = z.object({ json: formats.json })

export const AccountOptions = JsonOption.extend({ days: wholeNumber(1, 366).default(7) })

export const ExportOptions = z
  .object({ ...formats, facts: z.boolean().default(false), out: z.string().min(1).optional() })
  .refine(isOneFormat, twoFormats)
export type ExportOptions = z.infer<typeof ExportOptions>

/** @throws KeynagError `KEYNAG_OPTION_INVALID` */
export const keyIdOf = (text: unknown): KeyId =>
  argument(AccessKeyId, text, 'is not an access key ID: those have 16 to 128 letters and digits')

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
