import { z } from 'zod'

const jsonBody = z.record(z.string(), z.unknown())

/** A call's parameters: text from a form, any JSON from a JSON body. */
export type Parameters = Record<string, unknown>

/** Slack accepts both forms and JSON. Its SDK sends forms with JSON in their fields. */
export const parseParameters = (contentType: string, body: string): Parameters | undefined => {
  if (!contentType.includes('json')) return Object.fromEntries(new URLSearchParams(body))
  const parsed = jsonBody.safeParse(tryJson(body))
  return parsed.success ? parsed.data : undefined
}

/** The value of JSON text, or undefined if the text is not JSON. */
const tryJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export const textOf = (parameters: Parameters, name: string): string => {
  const value = parameters[name]
  return typeof value === 'string' ? value : ''
}

/** A list that came as JSON, or as JSON text in a form; undefined if it is not a list. */
export const listOf = (parameters: Parameters, name: string): unknown[] | undefined => {
  const value = parameters[name]
  if (value === undefined) return []
  const list: unknown = typeof value === 'string' ? tryJson(value) : value
  return Array.isArray(list) ? list : undefined
}
