/** Waits for both to end, also when one fails: nothing goes on after it. The second's error comes first. */
export async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<readonly [One, Other]> {
  const [first, second] = await Promise.allSettled([one, other])
  if (second.status === 'rejected') throw second.reason
  if (first.status === 'rejected') throw first.reason
  return [first.value, second.value]
}
