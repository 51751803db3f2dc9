import { expect, it } from 'vitest'
import { exceptions, type Exception, type Implementation } from './exceptions.ts'

/** Declares a case; its name is one sentence of what AWS documents. */
export type Documented = (sentence: string, check: () => Promise<void>) => void

/**
 * Cases for one implementation. A case that is listed among the exceptions must fail, and in the
 * way that is written there, so that the list says what is so.
 */
export const documentedBy = (
  implementation: Implementation,
): { documented: Documented; checkExceptions: () => void } => {
  const listed = exceptions.filter((one) => one.implementation === implementation)
  const declared = new Set<string>()
  return {
    documented: (sentence, check) => {
      if (declared.has(sentence)) throw new Error(`two cases say: ${sentence}`)
      declared.add(sentence)
      const exception = listed.find((one) => one.sentence === sentence)
      it(`${sentence}.`, async () => {
        expect.hasAssertions()
        await (exception === undefined ? check() : mustFail(exception, check))
      })
    },
    checkExceptions: () => {
      it('has an exception only for cases that there are', () => {
        expect(listed.map(({ sentence }) => sentence).filter((one) => !declared.has(one))).toEqual(
          [],
        )
      })
    },
  }
}

const mustFail = async (
  { implementation, fails }: Exception,
  check: () => Promise<void>,
): Promise<void> => {
  const failure = await check().then(
    () => `nothing: ${implementation} does this now, so take it out of exceptions.ts`,
    (error: unknown) =>
      error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  )
  expect(failure, `${implementation} fails in another way than is listed`).toMatch(fails)
}
