// Discord's objects, as full as clients expect them.
const EPOCH = 1420070400000n;
let step = 0n;

/** A new id; later ones are larger. */
export function snowflake() {
  step += 1n;
  return String(((BigInt(Date.now()) - EPOCH) << 22n) + step);
}

export function makeUser(id, { bot = false, username = `user${id}`, globalName = `User ${id}` } = {}) {
  return { id: String(id), username, discriminator: '0', global_name: bot ? null : globalName, avatar: null, bot,
    system: false, public_flags: 0, flags: 0, primary_guild: null };
}

export function makeMessage({ channel, author, content, id = snowflake(), ...fields }) {
  return { id, type: 0, channel_id: channel.id, author, content, timestamp: new Date().toISOString(), edited_timestamp: null,
    tts: false, mention_everyone: false, mentions: [], mention_roles: [], attachments: [], embeds: [], components: [],
    pinned: false, flags: 0, ...fields };
}

export function makeChannel({ id = snowflake(), guild, type = guild ? 0 : 1, parent, name = `channel-${id}`, recipient } = {}) {
  const channel = { id: String(id), type, flags: 0, last_message_id: null };
  if (recipient) return { ...channel, recipients: [recipient] };
  return { ...channel, guild_id: guild, name, position: 0, parent_id: parent ?? null, permission_overwrites: [], topic: null,
    nsfw: false,
    ...(type >= 10 && type <= 12 ? { owner_id: '1', message_count: 0, member_count: 1, rate_limit_per_user: 0,
      thread_metadata: { archived: false, auto_archive_duration: 1440, archive_timestamp: new Date().toISOString(), locked: false } } : {}) };
}

/** As GUILD_CREATE carries it. */
export function makeGuild({ id, name = `Guild ${id}`, channels, threads, bot }) {
  return { id, name, icon: null, splash: null, discovery_splash: null, owner_id: '1', afk_channel_id: null, afk_timeout: 300,
    verification_level: 0, default_message_notifications: 0, explicit_content_filter: 0, emojis: [], features: [], mfa_level: 0,
    application_id: null, system_channel_id: null, system_channel_flags: 0, rules_channel_id: null, vanity_url_code: null,
    description: null, banner: null, premium_tier: 0, preferred_locale: 'en-US', public_updates_channel_id: null, nsfw_level: 0,
    premium_progress_bar_enabled: false, stickers: [], joined_at: new Date().toISOString(), large: false, unavailable: false,
    member_count: 2, voice_states: [], presences: [], stage_instances: [], guild_scheduled_events: [], soundboard_sounds: [],
    roles: [{ id, name: '@everyone', color: 0, colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
      hoist: false, position: 0, permissions: '2147483647', managed: false, mentionable: false, flags: 0 }],
    members: [{ user: bot, roles: [], joined_at: new Date().toISOString(), deaf: false, mute: false, flags: 0 }],
    channels, threads };
}
