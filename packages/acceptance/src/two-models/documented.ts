import { expect, it } from 'vitest'
import { exceptions, type Exception } from './exceptions.ts'
import type { Model, StartWorld, WorldOptions, WorldUnderTest } from './world-under-test.ts'

/**
 * Declares a case: a sentence of what AWS does, and where AWS says so. Each case has a world of its
 * own.
 */
export type Documented = (
  sentence: string,
  source: string,
  check: (aws: WorldUnderTest) => Promise<void>,
  options?: WorldOptions,
) => void

/** Where AWS says nothing, and both models had to choose: they choose alike. */
export const undocumented = 'not documented'

/**
 * Cases for one model. A case that is listed among the exceptions must fail, and in the way that is
 * written there, so that the list stays true.
 */
export const documentedOf = (
  model: Model,
  start: StartWorld,
): { documented: Documented; checkExceptions: () => void } => {
  const listed = exceptions.filter((one) => one.model === model)
  const declared = new Set<string>()
  return {
    documented: (sentence, source, check, options = {}) => {
      if (declared.has(sentence)) throw new Error(`two cases say: ${sentence}`)
      declared.add(sentence)
      const exception = listed.find((one) => one.sentence === sentence)
      const checked = async () => check(await start(options))
      it(`${sentence} (${source}).`, async () => {
        expect.hasAssertions()
        await (exception === undefined ? checked() : mustFail(exception, checked))
      })
    },
    checkExceptions: () => {
      it('has an exception only for cases that there are', () => {
        const sentences = listed.map(({ sentence }) => sentence)
        expect(sentences.filter((one) => !declared.has(one))).toStrictEqual([])
      })
    },
  }
}

async function mustFail({ model, fails }: Exception, check: () => Promise<void>): Promise<void> {
  const failure = await check().then(
    () => `nothing: ${model} does this now, so take it out of exceptions.ts`,
    (error: unknown) => String(error),
  )
  expect(failure, `${model} fails in another way than is listed`).toMatch(fails)
}
