"""The statements that write conversations: each for any number of reports at once, so that each is prepared once."""

# Whoever has a message's lock is alone at work on it, whether it is there already or not. In one order, so that two
# transactions with the same messages wait for each other and not in a circle.
LOCK = """
SELECT pg_advisory_xact_lock(number) FROM (
    SELECT DISTINCT hashtextextended(key, tenant) AS number
    FROM unnest(%s::bigint[], %s::text[]) AS given (tenant, key) ORDER BY number
) AS numbers
"""

READ = """
SELECT message.id, message.message_id, message.ticket_id, ticket.channel_id, message.tenant_id, message.body,
    message.media_type, message.from_me, message.participant, message.ack, message.is_edited, message.is_deleted,
    message.sent_at,
    ticket.id, ticket.tenant_id, ticket.channel_id, ticket.status, ticket.unread, ticket.last_message,
    ticket.updated_at, ticket.contact_id, contact.jid, contact.number, contact.name, contact.is_group
FROM unnest(%s::bigint[], %s::text[]) AS given (tenant, key)
JOIN messages AS message ON message.tenant_id = given.tenant AND message.message_id = given.key
JOIN tickets AS ticket ON ticket.id = message.ticket_id
JOIN contacts AS contact ON contact.id = ticket.contact_id
"""

EARLY = """
SELECT early.tenant_id, early.message_id, early.ack, early.body, early.is_deleted
FROM unnest(%s::bigint[], %s::text[]) AS given (tenant, key)
JOIN early_message_changes AS early ON early.tenant_id = given.tenant AND early.message_id = given.key
"""

# They exist, and go on existing until the transaction ends.
CHANNELS = "SELECT id FROM channels WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE"

# A later message is the ticket's last one; one from the contact is unread and opens the ticket again.
ADD = """
WITH given AS (
    SELECT * FROM unnest(
        %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::text[],
        %s::text[], %s::boolean[], %s::text[], %s::integer[], %s::boolean[], %s::boolean[], %s::timestamptz[]
    ) WITH ORDINALITY AS given (
        tenant_id, channel_id, jid, number, name, is_group, message_id, body,
        media_type, from_me, participant, ack, is_edited, is_deleted, sent_at, place
    )
), people AS (
    INSERT INTO contacts AS known (tenant_id, jid, number, name, is_group)
    SELECT DISTINCT ON (tenant_id, jid) tenant_id, jid, number, name, is_group
    FROM given ORDER BY tenant_id, jid, name IS NULL, place DESC
    ON CONFLICT (tenant_id, jid) DO UPDATE SET name = coalesce(excluded.name, known.name)
    RETURNING id, tenant_id, jid, number, name, is_group
), placed AS (
    SELECT given.*, people.id AS contact_id FROM given JOIN people USING (tenant_id, jid)
), threads AS (
    INSERT INTO tickets AS known (tenant_id, channel_id, contact_id, unread, last_message, last_message_at, updated_at)
    SELECT tenant_id, channel_id, contact_id, count(*) FILTER (WHERE NOT from_me),
        (array_agg(body ORDER BY sent_at DESC, place DESC))[1], max(sent_at), now()
    FROM placed GROUP BY tenant_id, channel_id, contact_id ORDER BY channel_id, contact_id
    ON CONFLICT (channel_id, contact_id) DO UPDATE SET
        unread = known.unread + excluded.unread,
        status = CASE WHEN known.status = 'closed' AND excluded.unread > 0 THEN 'pending' ELSE known.status END,
        last_message = CASE WHEN known.last_message_at > excluded.last_message_at
            THEN known.last_message ELSE excluded.last_message END,
        last_message_at = greatest(known.last_message_at, excluded.last_message_at),
        updated_at = excluded.updated_at
    RETURNING id, tenant_id, channel_id, status, unread, last_message, updated_at, contact_id
), said AS (
    INSERT INTO messages (
        tenant_id, ticket_id, message_id, body, media_type, from_me, participant, ack, is_edited, is_deleted, sent_at
    )
    SELECT placed.tenant_id, threads.id, message_id, body, media_type, from_me, participant, ack, is_edited,
        is_deleted, sent_at
    FROM placed JOIN threads USING (channel_id, contact_id) ORDER BY place
    RETURNING id, tenant_id, message_id
)
SELECT said.id, placed.message_id, threads.id, placed.channel_id, placed.tenant_id, placed.body,
    placed.media_type, placed.from_me, placed.participant, placed.ack, placed.is_edited, placed.is_deleted,
    placed.sent_at,
    threads.id, threads.tenant_id, threads.channel_id, threads.status, threads.unread, threads.last_message,
    threads.updated_at, threads.contact_id, people.jid, people.number, people.name, people.is_group
FROM placed
JOIN said USING (tenant_id, message_id)
JOIN threads USING (channel_id, contact_id)
JOIN people ON people.id = threads.contact_id
ORDER BY place
"""

CHANGE = """
UPDATE messages SET body = given.body, ack = given.ack, is_edited = given.is_edited, is_deleted = given.is_deleted,
    updated_at = now()
FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::boolean[], %s::boolean[])
    AS given (id, body, ack, is_edited, is_deleted)
WHERE messages.id = given.id
"""

KEEP_EARLY = """
INSERT INTO early_message_changes (tenant_id, message_id, ack, body, is_deleted)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::text[], %s::boolean[])
ON CONFLICT (tenant_id, message_id) DO UPDATE
SET ack = excluded.ack, body = excluded.body, is_deleted = excluded.is_deleted
"""

FORGET_EARLY = """
DELETE FROM early_message_changes AS early USING unnest(%s::bigint[], %s::text[]) AS given (tenant, key)
WHERE early.tenant_id = given.tenant AND early.message_id = given.key
"""

ANNOUNCE = """
INSERT INTO socket_outbox (tenant_id, channel_id, name, payload)
SELECT tenant_id, channel_id, name, payload::json
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[])
    WITH ORDINALITY AS given (tenant_id, channel_id, name, payload, place) ORDER BY place
"""

ANSWERED = "UPDATE tickets SET status = 'open', unread = 0 WHERE id = %s AND tenant_id = %s"
