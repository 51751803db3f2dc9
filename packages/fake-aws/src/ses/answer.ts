/** An answer of SES v2 (REST with JSON). @see https://docs.aws.amazon.com/ses/latest/APIReference-V2 */
export type SesAnswer = { status: number; error?: string; body: object }

export const success = (body: object): SesAnswer => ({ status: 200, body })

export const failure = (status: number, error: string, message: string): SesAnswer => ({
  status,
  error,
  body: { message },
})
