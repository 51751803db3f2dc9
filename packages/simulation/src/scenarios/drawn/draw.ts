import { z } from 'zod'
import { chance, choose } from '../../chance.ts'

/** The values of one option that the simulation draws; a repeated value is drawn more often. */
export type Values = Readonly<Record<string, readonly unknown[]>>

/** A source of random choices. Each option of the schema has its own choices. */
export interface Draw {
  readonly seed: number
  /** What is drawn, such as `policy 1`. */
  readonly what: string
  /** The values of options whose schema does not list them, such as numbers, by their path. */
  readonly values: Values
  /** Options that the schema refused so far, each as often as it was refused. */
  readonly refused: readonly string[]
}

/** The path of an option inside another one, such as `nag.via`. */
const inside = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`)

const isPartOf = (at: string, other: string): boolean =>
  at === other || at.startsWith(`${other}.`) || at.startsWith(`${other}[`)

/** Counts how often the option was refused, so that another value is drawn each time. */
const timesRefused = ({ refused }: Draw, at: string): number =>
  refused.filter((other) => isPartOf(at, other)).length

const boxed = <T>(value: T) => ({ value })

/** Draws a value for an option, from the schema itself; undefined: the option is left out. */
function drawFrom(schema: z.core.$ZodType, draw: Draw, at = ''): unknown {
  const pick = <T>(of: string, from: readonly T[]): T =>
    choose(draw.seed, `${draw.what} ${at} ${of}`, timesRefused(draw, at), from.map(boxed)).value
  const known = draw.values[at]
  if (known !== undefined) return pick('value', known)
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return pick('is given', [true, true, true, true, false])
      ? drawFrom(schema.def.innerType, draw, at)
      : undefined
  }
  if (schema instanceof z.ZodOptional) {
    return pick('is given', [true, false, false, false])
      ? drawFrom(schema.def.innerType, draw, at)
      : undefined
  }
  if (schema instanceof z.ZodObject) {
    const parts = Object.entries<z.core.$ZodType>(schema.def.shape).map(
      ([name, part]) => [name, drawFrom(part, draw, inside(at, name))] as const,
    )
    return Object.fromEntries(parts.filter(([, value]) => value !== undefined))
  }
  if (schema instanceof z.ZodArray) {
    const count = pick('count', [1, 1, 2, 3])
    const items = Array.from({ length: count }, (_, index) =>
      drawFrom(schema.def.element, { ...draw, what: `${draw.what} ${index}` }, `${at}[]`),
    )
    return items.filter((item, index) => items.indexOf(item) === index)
  }
  if (schema instanceof z.ZodUnion) {
    return drawFrom(pick('kind', schema.def.options.flatMap(oftenByOptions)), draw, at)
  }
  if (schema instanceof z.ZodEnum) return pick('value', schema.options)
  if (schema instanceof z.ZodLiteral) return pick('value', [...schema.values])
  if (schema instanceof z.ZodBoolean) return chance(draw.seed, `${draw.what} ${at}`, 0) < 0.5
  throw new RangeError(`the simulation has no values for the option ${at}: add them`)
}

/** A kind with many options is drawn more often. */
const oftenByOptions = (kind: z.core.$ZodType): readonly z.core.$ZodType[] =>
  kind instanceof z.ZodObject ? Object.keys(kind.def.shape).map(() => kind) : [kind]

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (at, part) => (typeof part === 'number' ? `${at}[]` : inside(at, String(part))),
    '',
  )

/** Draws until the schema accepts: each time, it draws again only what the schema refused. */
export function drawAccepted<Input>(
  schema: z.ZodType<unknown, Input>,
  draw: Omit<Draw, 'refused'>,
): Input {
  const refused: string[] = []
  const isAccepted = (drawn: unknown): drawn is Input => {
    const { error } = schema.safeParse(drawn)
    for (const { path } of error?.issues ?? []) refused.push(pathOf(path))
    return error === undefined
  }
  for (let tries = 0; tries < 1_000; tries += 1) {
    const drawn = drawFrom(schema, { ...draw, refused })
    if (isAccepted(drawn)) return drawn
  }
  throw new RangeError(`no ${draw.what} was accepted, because of ${refused.at(-1)}`)
}

/** Every option of a schema, and every value that it lists, such as `mode=enforce`. */
export function optionsOf(schema: z.core.$ZodType, at = ''): readonly string[] {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  ) {
    return optionsOf(schema.def.innerType, at)
  }
  if (schema instanceof z.ZodObject) {
    return Object.entries<z.core.$ZodType>(schema.def.shape).flatMap(([name, part]) => [
      inside(at, name),
      ...optionsOf(part, inside(at, name)),
    ])
  }
  if (schema instanceof z.ZodArray) return optionsOf(schema.def.element, `${at}[]`)
  if (schema instanceof z.ZodUnion) {
    return schema.def.options.flatMap((option) => optionsOf(option, at))
  }
  if (schema instanceof z.ZodEnum) return schema.options.map((value) => `${at}=${value}`)
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => `${at}=${value}`)
  if (schema instanceof z.ZodBoolean) return [`${at}=true`, `${at}=false`]
  return []
}
