import { expect, it } from 'vitest'
import { exceptions, type Exception, type Implementation } from './exceptions.ts'

/** Declares a case. Its name is a sentence that states one documented behaviour of AWS. */
export type Documented = (sentence: string, check: () => Promise<void>) => void

/**
 * Declares cases for one implementation. A case that `exceptions.ts` lists must fail, and in the way
 * that is listed, so that the list stays true.
 */
export const documentedBy = (
  implementation: Implementation,
): { documented: Documented; checkExceptions: () => void } => {
  const listed = exceptions.filter((one) => one.implementation === implementation)
  const declared = new Set<string>()
  return {
    documented: (sentence, check) => {
      if (declared.has(sentence)) throw new Error(`two cases have the name: ${sentence}`)
      declared.add(sentence)
      const exception = listed.find((one) => one.sentence === sentence)
      it(`${sentence}.`, async () => {
        expect.hasAssertions()
        await (exception === undefined ? check() : mustFail(exception, check))
      })
    },
    checkExceptions: () => {
      it('has exceptions for existing cases only', () => {
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
    () => `nothing: ${implementation} passes this case now. Remove it from exceptions.ts.`,
    (error: unknown) =>
      error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  )
  expect(failure, `${implementation} does not fail as exceptions.ts says`).toMatch(fails)
}
