import { table } from './markdown.ts'
import { packageNames, packageRules, type PackageRule } from './package-rules.ts'

/** What readers call packages of the registry that are several. */
const families: Readonly<Record<string, string>> = {
  '@aws-sdk/*': 'the AWS SDK',
  '@aws-lambda-powertools/*': 'Powertools',
}

function dependenciesOf({ keynag, externals, mayDependOn, onlyIn = {} }: PackageRule): string {
  if (mayDependOn !== undefined) return mayDependOn
  const ours = keynag.map((name) => {
    const folder = onlyIn[name]
    return folder === undefined ? name : `${name} (only for \`keynag ${commandIn(folder)}\`)`
  })
  if (externals === 'any')
    throw new Error('a rule that allows any package says so in its own words')
  return [...ours, ...externals.map((name) => families[name] ?? name)].join(', ')
}

/** A command's name is that of its folder. */
const commandIn = (folder: string): string => folder.split('/').at(-2) ?? ''

/** The table of the packages, as ARCHITECTURE.md shows it. */
export const packageTable = (): string =>
  table(
    ['package', 'holds', 'may depend on'],
    packageNames.map((name) => [
      `\`${name}\``,
      packageRules[name].holds,
      dependenciesOf(packageRules[name]),
    ]),
  )
