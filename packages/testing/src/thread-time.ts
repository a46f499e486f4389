/** Milliseconds of this thread's time: what other programs of the machine take is not counted. Rejects as `work` does. */
export async function threadTime(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
