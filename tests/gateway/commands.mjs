/** What a test may do to the town: one function per command, each taking and giving plain JSON. */
import { puppet as wire } from 'wechaty-grpc'
import * as PUPPET from 'wechaty-puppet'
import { known } from './puppet.mjs'

const { Message, ScanStatus, Friendship } = PUPPET.types

/** @param {import('./puppet.mjs').TownPuppet} town */
export function commandsFor (town) {
  const place = ({ room, to }) => room ? { roomId: room } : { listenerId: to ?? town.user }

  const commands = {
    state: () => ({
      loggedIn: town.isLoggedIn,
      listening: town.listenerCount('message') > 0,
      calls: town.calls,
      unfetched: town.unfetched.size,
      memory: process.memoryUsage().rss,
    }),
    forgetCalls: () => { town.calls = {} },
    // As on the first day, except that the account stays logged in and the process runs on.
    fresh: () => {
      for (const map of [town.rooms, town.contacts, town.roomAliases, town.faults, town.nameless]) map.clear()
      Object.assign(town, { calls: {}, done: [], sendingGivesIds: true })
    },

    contact: ({ id, name, friend = false, alias = '' }) => {
      town.contacts.set(id, { id, name, alias, friend, avatar: '', gender: 0, type: 1, phone: [] })
      town.cache.contact?.delete(id)
    },
    room: ({ id, topic, members, owner }) => {
      town.rooms.set(id, { id, topic, memberIdList: members, ownerId: owner, adminIdList: [] })
      town.cache.room?.delete(id)
      town.cache.roomMember?.delete(id)
    },
    township: ({ rooms, members }) => {
      for (let r = 0; r < rooms; r++) {
        const ids = Array.from({ length: members }, (_, m) => `wxid_${r}_${m}`)
        ids.forEach((id, m) => commands.contact({ id, name: `邻居${r}-${m}` }))
        commands.room({ id: `t${r}@chatroom`, topic: `小区${r}`, members: [...ids, town.user], owner: ids[0] })
      }
    },

    login: ({ id }) => {
      town.user = id
      if (town.state.active() && !town.isLoggedIn) town.login(id)
    },
    // Not puppet.logout(): that is what the bot would call; this is WeChat's doing.
    logout: () => { town.user = null; return PUPPET.Puppet.prototype.logout.call(town, 'kicked') },
    scan: ({ qrcode, status = ScanStatus.Waiting }) => { town.emit('scan', { qrcode, status }) },
    emit: ({ event, payload }) => { town.emit(event, payload) },
    // The protocol grows: an event of a type that nobody has heard of leaves in place of a known one.
    strange: ({ type, payload }) => {
      const { setType } = wire.EventResponse.prototype
      wire.EventResponse.prototype.setType = function () { return setType.call(this, type) }
      try { town.emit('post', payload) } finally { wire.EventResponse.prototype.setType = setType }
    },
    dirty: ({ kind, id }) => { town.dirtyPayload(kind, id) },

    say: ({ from, text, mentions = [], type = Message.Text, told, id, timestamp, filename, ...where }) => town.appear({
      talkerId: from, text, type, mentionIdList: mentions, filename, ...place(where),
      ...(id && { id }), ...(timestamp && { timestamp }),
    }, told),
    sendFile: ({ from, name, base64, type = Message.Image, sizes = [1, 2, 3], ...where }) => {
      const id = town.nextId()
      town.files.set(id, { name, bytes: Buffer.from(base64, 'base64'), sizes })
      return town.appear({ id, talkerId: from, type, filename: name, ...place(where) })
    },
    sendCard: ({ from, title, url, description = '', ...where }) => {
      const id = town.nextId()
      town.cards.set(id, { title, url, description })
      return town.appear({ id, talkerId: from, type: Message.Url, text: title, ...place(where) })
    },
    recall: ({ from, id, ...where }) => town.appear({ talkerId: from, type: Message.Recalled, text: id, ...place(where) }),
    again: ({ id }) => { town.emit('message', { messageId: id }) },
    flood: async ({ count, text = '路灯不亮', rooms }) => {
      for (let n = 0; n < count; n++) {
        const room = rooms[n % rooms.length]
        const neighbours = known(town.rooms, room).memberIdList.filter(one => one !== town.user)
        town.appear({ talkerId: neighbours[n % neighbours.length], text: `${text} ${n}`, roomId: room })
        if (n % 50 === 49) await new Promise(resolve => setImmediate(resolve))
      }
    },

    nameInRoom: ({ room, contact, name }) => {
      town.roomAliases.set(`${room} ${contact}`, name)
      town.dirtyPayload(PUPPET.types.Payload.RoomMember, room)
    },
    join: ({ room, contacts, by }) => { town.join(room, contacts, by) },
    leave: ({ room, contacts, by }) => { town.leave(room, contacts, by) },
    retitle: ({ room, topic, by }) => { town.retitle(room, topic, by) },
    invite: ({ id, inviter, room, topic }) => {
      town.invitations.set(id, {
        id, inviterId: inviter, roomId: room, topic, avatar: '', invitation: '', memberCount: 1,
        memberIdList: [inviter], receiverId: town.user, timestamp: Date.now(),
      })
      town.emit('room-invite', { roomInvitationId: id })
    },
    befriend: ({ id, contact, hello = '', type = Friendship.Receive }) => {
      town.friendships.set(id, {
        id, contactId: contact, hello, type, scene: 14, ticket: '', stranger: '', timestamp: Date.now(),
      })
      town.emit('friendship', { friendshipId: id })
    },

    // method: a name in `calls`; "<name>:answer" spoils the answer only, after the deed; "messageSendText <conversation>"
    // spoils what is said there and nowhere else.
    spoil: ({ method, count = 1, message, delay, hang }) => { town.faults.set(method, { count, message, delay, hang }) },
    giveIds: ({ yes }) => { town.sendingGivesIds = yes },
    giveNoIdsIn: ({ conversation }) => { town.nameless.add(conversation) },
    done: async ({ after, wait }) => {
      const fresh = () => town.done.slice(after)
      if (!fresh().length) {
        await new Promise(resolve => {
          const timer = setTimeout(resolve, wait)
          town.watchers.push(() => { clearTimeout(timer); resolve() })
        })
      }
      return fresh()
    },
  }
  return commands
}
