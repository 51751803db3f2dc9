import { pick } from '@keynag/core/seeded-random'

const firstNames =
  'ada alan barbara chen dana elif emeka farid grace hana ines ivan joao kavya lena linus maya miguel nadia noor olga omar priya ravi sana sofia tariq uma vera yuki zoe'.split(
    ' ',
  )
const lastNames =
  'adeyemi berg costa diaz eriksen fischer garcia haddad ito jensen kaya lopez mbeki novak okafor patel quist rossi silva tanaka ueda vega weber xu young zhang'.split(
    ' ',
  )
const programs =
  'backup billing crawler deploy etl export mailer metrics mirror reports sync'.split(' ')

export const domain = 'example.com'

/** The address of the one owner of the fleet. */
export const fleetOwner = `fleet.team@${domain}`

/** A name like `ada.berg`, with a number if the name is taken. */
export const personName = (random: () => number, taken: ReadonlySet<string>): string =>
  unique(`${pick(random, firstNames)}.${pick(random, lastNames)}`, taken)

/** A name like `deploy-ci`, with a number if the name is taken. */
export const programName = (random: () => number, taken: ReadonlySet<string>): string =>
  unique(`${pick(random, programs)}-ci`, taken)

function unique(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}${number}`)) number += 1
  return `${name}${number}`
}

const teams = 'payments search checkout data mobile web identity logistics pricing media'.split(' ')

export const accountName = (index: number): string => {
  const team = teams[index % teams.length] ?? 'team'
  const round = Math.floor(index / teams.length)
  return round === 0 ? team : `${team}-${round + 1}`
}

/** The day of the demo at a share of its length; days count from 1. */
export const dayAt = (days: number, share: number): number => Math.max(1, Math.round(days * share))
