import { motoPython } from './environment.ts'

/** Before the first test and once for all of them: what is missing is said once, and at once. */
export default async function prepare(): Promise<void> {
  await motoPython()
}
