import { makePlatform } from '../make-platform.ts'

/** Before the first test: SST's own components, from the npm registry. */
export default function prepare(): void {
  makePlatform()
}
