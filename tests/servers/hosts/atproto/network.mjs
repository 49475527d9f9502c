// A whole AT Protocol network in one process: PLC, PDS, AppView, bsync, Ozone, with two people.
// Law: every listener is on 127.0.0.1; the settings come as JSON in the first argument; when all of
// it answers, one line of JSON goes to the descriptor that they name; SIGTERM ends it.
// Source: @atproto/dev-env 0.6.7, seen 2026-11.
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'

const { ports, database, report, people } = JSON.parse(process.argv[2])
const ADMIN = 'admin-pass'
const BYPASS = { 'x-ratelimit-bypass': 'for-tests' }
const THREE_HOURS_MS = 3 * 60 * 60 * 1000 // an access token lives for two

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (first !== null && typeof first === 'object' && !first.path) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  if (typeof first === 'number' || /^\d+$/.test(first ?? '')) {
    const after = typeof rest[0] === 'string' ? rest.slice(1) : rest
    return listen.call(this, first, '127.0.0.1', ...after)
  }
  return listen.call(this, first, ...rest)
}

// ---- what only a test can ask ---------------------------------------------
// The AppView asks a closed service for what trends: this stands in for it. Besides, a test may
// wait for the index, and let a session grow old.
let network
let topics = ['Harbour lights', 'Slow bread'].map((topic) => ({
  topic,
  displayName: topic,
  link: `/search?q=${encodeURIComponent(topic)}`,
}))
const agedAt = new Map()
const begun = new Date().toISOString()
const answers = {
  'GET /xrpc/app.bsky.unspecced.getTrendingTopics': () => ({ topics, suggested: [] }),
  'GET /xrpc/app.bsky.unspecced.getTrendsSkeleton': () => ({
    trends: topics.map(({ topic, displayName, link }) => ({
      topic, displayName, link, startedAt: begun, postCount: 1, dids: [],
    })),
  }),
  'POST /topics': (said) => {
    topics = said.topics
    return {}
  },
  'POST /settle': async () => {
    await network.processAll(20_000)
    return {}
  },
  'POST /age': ({ did }) => {
    agedAt.set(did, Date.now())
    return {}
  },
}
const control = http.createServer(async (request, response) => {
  const say = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  try {
    let body = ''
    for await (const part of request) body += part
    const answer = answers[`${request.method} ${request.url.split('?')[0]}`]
    if (!answer) return say(501, { error: 'MethodNotImplemented', message: request.url })
    say(200, await answer(body ? JSON.parse(body) : {}))
  } catch (error) {
    say(500, { error: 'InternalServerError', message: String(error) })
  }
})
await new Promise((done, failed) => control.once('error', failed).listen(ports.control, done))

// ---- the network ------------------------------------------------------------
const { TestNetwork } = await import('@atproto/dev-env')
network = await TestNetwork.create({
  dbPostgresUrl: database,
  dbPostgresSchema: 'tests',
  plc: { port: ports.plc },
  pds: {
    port: ports.pds,
    hostname: 'localhost',
    enableDidDocWithSession: true,
    adminPassword: ADMIN,
    rateLimitsEnabled: true,
    rateLimitBypassKey: Object.values(BYPASS)[0],
  },
  bsky: {
    port: ports.appview,
    publicUrl: `http://localhost:${ports.appview}`,
    irisUrl: `http://localhost:${ports.control}`,
  },
  ozone: { port: ports.ozone, dbMaterializedViewRefreshIntervalMs: 60_000 },
})

// Access tokens given out before somebody's session was aged are read three hours later.
const verifier = network.pds.ctx.authVerifier
const verify = verifier.verifyBearerJwt.bind(verifier)
verifier.verifyBearerJwt = (request, options) => {
  const claims = request.headers.authorization?.split(' ')[1]?.split('.')[1] ?? ''
  let isOld = false
  try {
    const { sub, iat } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    isOld = options.typ === 'at+jwt' && iat * 1000 <= (agedAt.get(sub) ?? 0)
  } catch {
    // No token of ours; the server says so itself.
  }
  const currentDate = new Date(Date.now() + (isOld ? THREE_HOURS_MS : 0))
  return verify(request, { ...options, currentDate })
}

let ending = false
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (ending) return
    ending = true
    process.exit(0) // nothing of it is kept
  })
}

// ---- the people ---------------------------------------------------------------
const pds = `http://localhost:${ports.pds}`
const ask = async (method, body, access) => {
  const answer = await fetch(`${pds}/xrpc/${method}`, {
    method: 'POST',
    headers: {
      ...BYPASS,
      'content-type': 'application/json',
      ...(access && { authorization: `Bearer ${access}` }),
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
const made = {}
for (const name of people) {
  const handle = `${name}.test`
  const password = `${name}-password`
  const session = await ask('com.atproto.server.createAccount', {
    handle, password, email: `${name}@example.test`,
  })
  const { did, accessJwt: access, refreshJwt: refresh } = session
  const displayName = name[0].toUpperCase() + name.slice(1)
  const collection = 'app.bsky.actor.profile'
  await ask('com.atproto.repo.putRecord', {
    repo: did, collection, rkey: 'self', record: { $type: collection, displayName },
  }, access)
  made[name] = { handle, did, password, access, refresh }
}
await network.processAll(20_000)

fs.writeSync(report, JSON.stringify({
  pds,
  appview: `http://localhost:${ports.appview}`,
  plc: `http://localhost:${ports.plc}`,
  control: `http://localhost:${ports.control}`,
  appview_did: network.bsky.serverDid,
  admin: ADMIN,
  bypass: BYPASS,
  people: made,
}) + '\n')
fs.closeSync(report)
