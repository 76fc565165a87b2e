// A network of Bluesky on this machine (PLC, PDS, AppView); each line of JSON on the input is a command, answered by one line.
import { createInterface } from 'node:readline'
import { TestNetwork, mockMailer } from '@atproto/dev-env'

console.log = console.error // what the servers log is no answer
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n')
const network = await TestNetwork.create({ dbPostgresSchema: 'monitorreal' })
try { mockMailer(network.pds) } catch { /* mails are of no interest */ }
const agents = {}
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')

const commands = {
  async account({ name, shown }) {
    const agent = network.pds.getAgent()
    await agent.createAccount({ handle: `${name}.test`, email: `${name}@test.com`, password: 'hunter22' })
    if (shown) await agent.upsertProfile((profile) => ({ ...profile, displayName: shown }))
    agents[name] = agent
    return { did: agent.session.did }
  },
  async post({ by, text, to, root, quote, card, alt, at }) {
    const record = { text, langs: ['en'], createdAt: at ?? new Date().toISOString() }
    if (to) record.reply = { parent: to, root: root ?? to }
    if (quote) record.embed = { $type: 'app.bsky.embed.record', record: quote }
    if (card) record.embed = { $type: 'app.bsky.embed.external', external: card }
    if (alt) {
      const image = (await agents[by].uploadBlob(png, { encoding: 'image/png' })).data.blob
      record.embed = { $type: 'app.bsky.embed.images', images: [{ image, alt }] }
    }
    const { uri, cid } = await agents[by].post(record)
    return { uri, cid }
  },
  async repost({ by, uri, cid }) { await agents[by].repost(uri, cid); return {} },
  async delete({ by, uri }) { await agents[by].deletePost(uri); return {} },
  async rename({ by, name }) { await agents[by].com.atproto.identity.updateHandle({ handle: `${name}.test` }); return {} },
  async deactivate({ by }) { await agents[by].com.atproto.server.deactivateAccount({}); return {} },
}
say({ url: network.bsky.url })
for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...rest } = JSON.parse(line)
  try {
    const answer = await commands[name](rest)
    await network.processAll()
    say(answer)
  } catch (error) {
    say({ error: String(error) })
  }
}
await network.close()
process.exit(0)
