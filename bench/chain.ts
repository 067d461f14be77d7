export async function benchChain(_isJson: boolean): Promise<void> {}
